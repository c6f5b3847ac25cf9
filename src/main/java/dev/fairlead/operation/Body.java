package dev.fairlead.operation;

import dev.fairlead.canon.Refused;
import dev.fairlead.money.Money;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.MalformedJson;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a caller of the management API sends: read member by member, and at the {@link #end}
 * whatever was not asked for is refused, so that a typo is not taken for a wish.
 */
public final class Body {
  private static final JsonLimits LIMITS = JsonLimits.REQUEST.withMaxBytes(1 << 20);
  private static final BigDecimal MOST_USD = new BigDecimal("1000000000");

  private final JsonNode root;
  private final Set<String> known = new HashSet<>();

  private Body(JsonNode root) {
    this.root = root;
  }

  public static Body of(Ask ask) throws Refused {
    try {
      JsonNode root = Json.read(ask.request().body(), LIMITS).root();
      if (root.isObject()) {
        return new Body(root);
      }
    } catch (MalformedJson e) {
      throw Refused.invalid("The body is no JSON: " + e.getMessage());
    }
    throw Refused.invalid("The body must be a JSON object.");
  }

  /** True when it stands there, even as null. */
  public boolean has(String name) {
    return value(name).exists();
  }

  /** True when something is wished: neither missing nor null nor false. */
  public boolean says(String name) {
    JsonNode value = value(name);
    return value.hasValue() && !(value.isBoolean() && !value.boolOr(true));
  }

  private JsonNode value(String name) {
    known.add(name);
    return root.get(name);
  }

  /** A text that must be there. */
  public String text(String name, int longest) throws Refused {
    return textIfAny(name, longest)
        .orElseThrow(() -> Refused.invalid(name + ": is missing; it must be a text."));
  }

  /** Empty where it is missing or null. */
  public Optional<String> textIfAny(String name, int longest) throws Refused {
    JsonNode value = value(name);
    if (!value.hasValue()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw Refused.invalid(name + ": must be a text.");
    }
    return Optional.of(checked(name, value.text(), longest));
  }

  private static String checked(String name, String raw, int longest) throws Refused {
    String text = raw.strip();
    if (text.isEmpty()
        || text.length() > longest
        || text.chars().anyMatch(Character::isISOControl)) {
      throw Refused.invalid(
          name + ": must have 1 to " + longest + " characters, and none of them a control.");
    }
    return text;
  }

  public Optional<Boolean> flag(String name) throws Refused {
    JsonNode value = value(name);
    if (!value.hasValue()) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw Refused.invalid(name + ": must be true or false.");
    }
    return Optional.of(value.boolOr(false));
  }

  /** An amount in USD, not negative. */
  public Optional<Money> amount(String name) throws Refused {
    return decimal(name, "an amount in USD", MOST_USD, 9).map(Money::ofUsd);
  }

  /** A part of a hundred, not negative. */
  public Optional<BigDecimal> percent(String name, BigDecimal most) throws Refused {
    return decimal(name, "percent", most, 4);
  }

  private Optional<BigDecimal> decimal(String name, String what, BigDecimal most, int digits)
      throws Refused {
    JsonNode value = value(name);
    if (!value.hasValue()) {
      return Optional.empty();
    }
    Optional<BigDecimal> number = value.isNumber() ? value.decimalIfAny() : Optional.empty();
    if (number.isEmpty()
        || number.get().signum() < 0
        || number.get().compareTo(most) > 0
        || number.get().stripTrailingZeros().scale() > digits) {
      throw Refused.invalid(
          name
              + ": must be "
              + what
              + " from 0 to "
              + most.toPlainString()
              + ", with at most "
              + digits
              + " digits behind the point.");
    }
    return number;
  }

  public Optional<Long> whole(String name, long least, long most) throws Refused {
    JsonNode value = value(name);
    if (!value.hasValue()) {
      return Optional.empty();
    }
    Optional<BigDecimal> number = value.isNumber() ? value.decimalIfAny() : Optional.empty();
    if (number.isEmpty()
        || number.get().stripTrailingZeros().scale() > 0
        || number.get().compareTo(BigDecimal.valueOf(least)) < 0
        || number.get().compareTo(BigDecimal.valueOf(most)) > 0) {
      throw Refused.invalid(name + ": must be a whole number from " + least + " to " + most + ".");
    }
    return number.map(BigDecimal::longValueExact);
  }

  /** A moment in UTC. */
  public Optional<Instant> moment(String name) throws Refused {
    Optional<String> text = textIfAny(name, 40);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      OffsetDateTime moment = OffsetDateTime.parse(text.get());
      if (moment.getOffset().equals(ZoneOffset.UTC)) {
        return Optional.of(moment.toInstant());
      }
    } catch (DateTimeException e) {
      // told below, together with other zones
    }
    throw Refused.invalid(name + ": must be a moment in UTC such as 2027-12-31T23:59:59Z.");
  }

  public <T> Optional<T> word(String name, Map<String, T> words) throws Refused {
    Optional<String> text = textIfAny(name, 40);
    if (text.isPresent() && !words.containsKey(text.get())) {
      throw Refused.invalid(
          name + ": must be one of " + String.join(", ", new TreeSet<>(words.keySet())) + ".");
    }
    return text.map(words::get);
  }

  /** A list of texts; nothing where it is missing or null. */
  public Optional<List<String>> texts(String name, int most) throws Refused {
    JsonNode value = value(name);
    if (!value.hasValue()) {
      return Optional.empty();
    }
    if (!value.isArray() || value.size() > most) {
      throw Refused.invalid(name + ": must be a list of at most " + most + " texts.");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value.items()) {
      if (!item.isString()) {
        throw Refused.invalid(name + ": must be a list of texts.");
      }
      texts.add(checked(name, item.text(), 256));
    }
    return Optional.of(texts);
  }

  /** Nothing else may stand there. */
  public void end() throws Refused {
    for (JsonNode.Member member : root.members()) {
      if (!known.contains(member.name())) {
        throw Refused.invalid(
            "'"
                + (member.name().length() > 60 ? member.name().substring(0, 60) : member.name())
                + "' is not known here. Known are: "
                + String.join(", ", new TreeSet<>(known))
                + ".");
      }
    }
  }
}
