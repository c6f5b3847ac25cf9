package dev.fairlead.ledger;

import dev.fairlead.store.AppendLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stood in a log when it was opened, and perhaps not in the books.
 *
 * @param last number of its records; below zero where there is none
 */
record Found(List<Settled> settlements, long last) {
  static final Found NOTHING = new Found(List.of(), -1);

  Found {
    settlements = List.copyOf(settlements);
  }

  /** What was under way, and of which nothing else is said, ended with its process. */
  static Found in(AppendLog log) {
    List<Settled> found = new ArrayList<>();
    Map<String, Map<String, Settled>> orphans = new LinkedHashMap<>();
    long last = -1;
    for (AppendLog.Entry entry : log.recovered()) {
      for (Settled settled : SettlementFrame.read(entry.bytes())) {
        if (settled.underWay()) {
          orphans
              .computeIfAbsent(settled.exchange(), any -> new LinkedHashMap<>())
              .put(settled.what().id(), settled);
        } else {
          orphans.remove(settled.exchange());
          found.add(settled);
        }
      }
      last = entry.number();
    }
    orphans.values().forEach(attempts -> found.addAll(attempts.values()));
    return new Found(found, last);
  }

  void postTo(Poster.Books books) {
    for (int i = 0; i < settlements.size(); i += Poster.AT_ONCE) {
      books.post(settlements.subList(i, Math.min(settlements.size(), i + Poster.AT_ONCE)));
    }
  }
}
