package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The losses of one request, gathered while it is written. One thread. */
final class Losses {
  private final List<Loss> list = new ArrayList<>();

  void add(String node, String field, String reason) {
    list.add(new Loss(node, field, reason));
  }

  /** Every member that another dialect said on a node is lost, but for those named. */
  void foreign(String node, Extras extras, Set<String> carried) {
    if (extras.dialect() == Dialect.ANTHROPIC) {
      return;
    }
    for (String name : extras.members().keySet()) {
      if (!carried.contains(name)) {
        add(node, name, "the Messages API has no such member; it was left out");
      }
    }
  }

  List<Loss> list() {
    return list;
  }
}
