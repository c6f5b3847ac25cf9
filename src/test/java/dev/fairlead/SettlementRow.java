package dev.fairlead;

import dev.fairlead.store.Database;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A row of the settlements as they stand in a gateway's books; amounts in nano-USD. */
record SettlementRow(
    String id,
    String provider,
    String source,
    long cost,
    long charge,
    long lost,
    long input,
    long output) {

  /** All rows in their order, as soon as there are so many. */
  static List<SettlementRow> read(GatewayHarness gateway, int rows) {
    List<SettlementRow> found = new ArrayList<>();
    GatewayHarness.await(
        "the books",
        Duration.ofSeconds(10),
        () -> {
          found.clear();
          found.addAll(all(gateway));
          return found.size() >= rows;
        });
    return found;
  }

  static List<SettlementRow> all(GatewayHarness gateway) {
    return all(gateway.data());
  }

  /** Of the books in a data folder. */
  static List<SettlementRow> all(Path data) {
    try (Database books =
        Database.open(
            data.resolve("fairlead.db"), Database.Use.BOOKS, List.of(), InstantSource.system())) {
      return books.read(
          connection -> {
            try (Statement query = connection.createStatement();
                ResultSet rows =
                    query.executeQuery(
                        "SELECT id, provider, source, cost, charge, lost, prompt,"
                            + " completion FROM settlement ORDER BY seq")) {
              List<SettlementRow> all = new ArrayList<>();
              while (rows.next()) {
                all.add(
                    new SettlementRow(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        rows.getLong(6),
                        rows.getLong(7),
                        rows.getLong(8)));
              }
              return all;
            }
          });
    }
  }
}
