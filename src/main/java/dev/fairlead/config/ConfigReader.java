package dev.fairlead.config;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2, and JSON, which is a part of it, into {@link ConfigNode}s. No tags, no objects:
 * text, lists and mappings. A document that cannot be read at all is one problem and an empty
 * mapping.
 */
public final class ConfigReader {
  private static final int MAX_DEPTH = 40;
  private static final int MAX_CHARACTERS = 16 << 20;
  private static final Pattern SECRET_KEY =
      Pattern.compile("(^|.*[_-])(key|password|passwd|secret|token|credential|authorization)s?");

  private final String file;
  private final Interpolation interpolation;
  private final Problems problems;

  private ConfigReader(String file, Interpolation interpolation, Problems problems) {
    this.file = file;
    this.interpolation = interpolation;
    this.problems = problems;
  }

  /** Reads a user's file, interpolated. */
  public static ConfigNode read(
      String file, byte[] bytes, Interpolation interpolation, Problems problems) {
    return new ConfigReader(file, interpolation, problems).document(bytes);
  }

  /** Reads a file in which a dollar is a dollar. */
  public static ConfigNode readVerbatim(String file, byte[] bytes, Problems problems) {
    return new ConfigReader(file, Interpolation.NONE, problems).document(bytes);
  }

  private ConfigNode document(byte[] bytes) {
    Place start = new Place(file, 0, 0);
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(file)
              .setSchema(new CoreSchema())
              .setMaxAliasesForCollections(50)
              .setCodePointLimit(MAX_CHARACTERS)
              .build();
      Optional<Node> root = new Compose(settings).composeString(text);
      return root.map(node -> node(node, "", 0))
          .orElseGet(() -> ConfigNode.mapping(List.of(), start));
    } catch (CharacterCodingException e) {
      problems.add(start, file, "is not UTF-8", "save it as UTF-8");
    } catch (MarkedYamlEngineException e) {
      problems.add(
          place(e.getProblemMark()), "syntax", e.getProblem(), "see https://yaml.org/spec/1.2.2");
    } catch (YamlEngineException e) {
      problems.add(start, "syntax", String.valueOf(e.getMessage()), "");
    }
    return ConfigNode.mapping(List.of(), start);
  }

  private Place place(Optional<Mark> mark) {
    return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> new Place(file, 0, 0));
  }

  private ConfigNode node(Node node, String key, int depth) {
    Place place = place(node.getStartMark());
    if (depth > MAX_DEPTH) {
      problems.add(place, key, "is nested too deep", "at most " + MAX_DEPTH + " levels are read");
      return ConfigNode.nothing(place);
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, place, depth);
      case SequenceNode sequence ->
          ConfigNode.sequence(
              sequence.getValue().stream().map(item -> node(item, key, depth + 1)).toList(), place);
      case ScalarNode scalar -> scalar(scalar, key, place);
      default -> ConfigNode.nothing(place);
    };
  }

  private ConfigNode mapping(MappingNode mapping, Place place, int depth) {
    List<ConfigNode.Entry> entries = new ArrayList<>();
    Map<String, Place> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Place at = place(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        problems.add(at, "key", "is not a word", "write a plain word before the colon");
        continue;
      }
      String key = name.getValue();
      Place before = seen.putIfAbsent(key, at);
      if (before != null) {
        problems.add(
            at, "`" + key + "`", "stands here twice, first in line " + before.line(), "keep one");
        continue;
      }
      entries.add(new ConfigNode.Entry(key, at, node(tuple.getValueNode(), key, depth + 1)));
    }
    return ConfigNode.mapping(entries, place);
  }

  private ConfigNode scalar(ScalarNode scalar, String key, Place place) {
    boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
    String text = scalar.getValue();
    boolean hidden = SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).matches();
    if (interpolation != Interpolation.NONE && Interpolation.wanted(text)) {
      String filled = interpolation.apply(text, place, problems);
      return plain && filled.isEmpty()
          ? ConfigNode.nothing(place)
          : ConfigNode.scalar(filled, plain, true, place);
    }
    boolean nothing = plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    return nothing ? ConfigNode.nothing(place) : ConfigNode.scalar(text, plain, hidden, place);
  }
}
