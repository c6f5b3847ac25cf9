package dev.fairlead.exchange;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request asks of the gateway itself and this version does not do. What only adds to an
 * answer is passed over, with a loss in the record; what changes the request is refused, because an
 * answer to another request would be wrong.
 */
final class Unsupported {
  private static final List<String> PASSED_OVER =
      List.of("plugins", "transforms", "stop_server_tools_when", "max_tool_calls");

  private Unsupported() {}

  static List<Loss> of(JsonNode root) throws Refused {
    if (root.get("preset").hasValue()) {
      throw new Refused(
          Fault.client(
              Fault.Kind.INVALID_REQUEST,
              "preset: presets are not supported by this version; send their parameters."));
    }
    List<Loss> losses = new ArrayList<>();
    for (String name : PASSED_OVER) {
      JsonNode asked = root.get(name);
      boolean empty = asked.isArray() && asked.size() == 0;
      if (asked.hasValue() && !empty) {
        losses.add(new Loss("request", name, "this version of the gateway does not do it"));
      }
    }
    return losses;
  }
}
