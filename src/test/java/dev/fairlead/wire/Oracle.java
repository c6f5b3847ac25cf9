package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jackson, set as strict as it goes. */
final class Oracle {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Oracle() {}

  static JsonNode read(String json) {
    JsonNode tree = MAPPER.readTree(json);
    if (tree.isMissingNode()) {
      throw new IllegalArgumentException("empty");
    }
    return tree;
  }

  static void assertSame(dev.fairlead.wire.JsonNode ours, JsonNode theirs) {
    switch (ours.kind()) {
      case OBJECT -> {
        assertThat(theirs.isObject()).isTrue();
        List<String> names = new ArrayList<>();
        for (dev.fairlead.wire.JsonNode.Member member : ours.members()) {
          names.add(member.name());
          assertSame(member.value(), theirs.get(member.name()));
          assertThat(ours.get(member.name()).start()).isEqualTo(member.value().start());
        }
        assertThat(names).containsExactlyElementsOf(theirs.propertyNames());
        assertThat(ours.size()).isEqualTo(theirs.size());
      }
      case ARRAY -> {
        assertThat(theirs.isArray()).isTrue();
        int i = 0;
        for (dev.fairlead.wire.JsonNode item : ours.items()) {
          assertThat(ours.at(i).start()).isEqualTo(item.start());
          assertSame(item, theirs.get(i++));
        }
        assertThat(i).isEqualTo(theirs.size());
        assertThat(ours.size()).isEqualTo(i);
      }
      case STRING -> {
        assertThat(ours.text()).isEqualTo(theirs.stringValue());
        assertThat(ours.asText().toString()).isEqualTo(theirs.stringValue());
        assertThat(ours.textIs(theirs.stringValue())).isTrue();
        assertThat(ours.textIs(theirs.stringValue() + "x")).isFalse();
      }
      case NUMBER -> {
        assertThat(ours.decimal()).isEqualByComparingTo(theirs.decimalValue());
        if (theirs.canConvertToLong() && theirs.isIntegralNumber()) {
          assertThat(ours.longOr(77)).isEqualTo(theirs.longValue());
        }
      }
      case BOOLEAN ->
          assertThat(ours.boolOr(!theirs.booleanValue())).isEqualTo(theirs.booleanValue());
      case NULL -> assertThat(theirs.isNull()).isTrue();
      case ABSENT -> throw new AssertionError("absent");
    }
  }
}
