package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.StoreFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The books: settlements one by one, and beside them, in the same commit, the sums that are asked
 * for. Rows of settlements and postings are only ever added. Blocking.
 *
 * <p>A commit posts in totals, one entry for each batch: what callers pay and the operator absorbs
 * stands against what providers ask and the operator earns. The legs of an entry come to nothing.
 */
final class LedgerTable {
  /**
   * What a scope has spent in the periods of a day.
   *
   * @param day counted from 1970
   */
  record Total(Scope scope, long day, long daily, long weekly, long monthly, long lifetime) {
    long spent(Interval interval) {
      return switch (interval) {
        case DAILY -> daily;
        case WEEKLY -> weekly;
        case MONTHLY -> monthly;
        case LIFETIME -> lifetime;
      };
    }
  }

  /**
   * @param spent what callers paid
   * @param own what own credentials cost, where they did
   * @param version all that was posted up to here is in it
   */
  record Totals(List<Total> spent, List<Total> own, long version) {}

  private static final int ASKED_AT_ONCE = 256;

  private record Day(Scope scope, long day) {}

  private record Sum(long nano, long own, long requests) {
    Sum plus(Sum other) {
      return new Sum(
          Math.addExact(nano, other.nano),
          Math.addExact(own, other.own),
          requests + other.requests);
    }
  }

  private final Database database;
  private final Optional<LeaseTable> leases;
  private volatile Watermark.Mark mark = new Watermark.Mark("", 0, 0);

  /** Books of one node alone. */
  LedgerTable(Database database) {
    this.database = database;
    this.leases = Optional.empty();
  }

  /** Books that several nodes write. */
  LedgerTable(Database database, LeaseTable leases) {
    this.database = database;
    this.leases = Optional.of(leases);
  }

  /** Which books these are, and how far they have come; new ones are given a name. */
  Watermark.Mark identify(Supplier<String> name) {
    mark =
        database.write(
            connection -> {
              try (PreparedStatement insert =
                  connection.prepareStatement(
                      "INSERT INTO books (one, id, branch) VALUES (1, ?, 1) ON CONFLICT DO NOTHING")) {
                insert.setString(1, name.get());
                insert.executeUpdate();
              }
              return mark(connection);
            });
    return mark;
  }

  /** How far the books had come when this node last posted. */
  Watermark.Mark mark() {
    return mark;
  }

  /** The books were restored: from here on they are another branch. */
  void branch() {
    database.write(
        connection -> {
          try (Statement update = connection.createStatement()) {
            return update.executeUpdate("UPDATE books SET branch = branch + 1");
          }
        });
  }

  private static Watermark.Mark mark(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet row =
            query.executeQuery(
                """
                SELECT id, branch,
                  (SELECT entry FROM settlement ORDER BY seq DESC LIMIT 1)
                FROM books""")) {
      return row.next()
          ? new Watermark.Mark(row.getString(1), row.getLong(2), row.getLong(3))
          : new Watermark.Mark("", 0, 0);
    }
  }

  /** While books are written, they cannot be put back to an earlier state unnoticed. */
  private Watermark.Mark goOn(Connection connection) throws SQLException {
    Watermark.Mark now = mark(connection);
    Optional<String> refusal =
        mark.id().isEmpty() || now.id().isEmpty() ? Optional.empty() : now.refusal(mark);
    if (refusal.isPresent()) {
      throw new StoreFailure(refusal.get() + "; nothing is posted to them", null);
    }
    return now;
  }

  /** The last day that anything was admitted on; 0 when nothing ever was. */
  long lastDay() {
    return database.read(
        connection -> {
          try (Statement query = connection.createStatement();
              ResultSet row = query.executeQuery("SELECT coalesce(max(day), 0) FROM spending")) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  /**
   * What scopes have spent.
   *
   * @param day whose periods count
   * @param since only scopes of which something was posted after this version
   */
  Totals totals(long day, long since) {
    return database.read(
        connection -> {
          long version = version(connection);
          try (PreparedStatement query =
              connection.prepareStatement(
                  """
                  SELECT kind, scope,
                    sum(CASE WHEN day >= ? THEN nano ELSE 0 END),
                    sum(CASE WHEN day >= ? THEN nano ELSE 0 END),
                    sum(CASE WHEN day >= ? THEN nano ELSE 0 END),
                    sum(nano),
                    sum(CASE WHEN day >= ? THEN own ELSE 0 END),
                    sum(CASE WHEN day >= ? THEN own ELSE 0 END),
                    sum(CASE WHEN day >= ? THEN own ELSE 0 END),
                    sum(own)
                  FROM spending
                  WHERE (kind, scope) IN (SELECT kind, scope FROM spending WHERE version > ?)
                  GROUP BY kind, scope""")) {
            long[] starts = {
              Interval.DAILY.start(day), Interval.WEEKLY.start(day), Interval.MONTHLY.start(day)
            };
            for (int i = 0; i < 2 * starts.length; i++) {
              query.setLong(i + 1, starts[i % starts.length]);
            }
            query.setLong(2 * starts.length + 1, since);
            try (ResultSet rows = query.executeQuery()) {
              List<Total> spent = new ArrayList<>();
              List<Total> own = new ArrayList<>();
              while (rows.next()) {
                Scope scope = new Scope(Scope.Kind.valueOf(rows.getString(1)), rows.getString(2));
                spent.add(total(scope, day, rows, 3));
                if (rows.getLong(10) > 0) {
                  own.add(total(scope, day, rows, 7));
                }
              }
              return new Totals(spent, own, version);
            }
          }
        });
  }

  /**
   * @param first of four columns: the day, the week, the month, all
   */
  private static Total total(Scope scope, long day, ResultSet row, int first) throws SQLException {
    return new Total(
        scope,
        day,
        row.getLong(first),
        row.getLong(first + 1),
        row.getLong(first + 2),
        row.getLong(first + 3));
  }

  private static long version(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery("SELECT coalesce(max(version), -1) FROM spending")) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * What happened on some days, by day, model and endpoint, and by workspace if that is wanted.
   *
   * @param from the first day, counted from 1970
   * @param to the day after the last
   */
  List<Activity> activity(long from, long to, Activity.Of of, boolean byWorkspace) {
    String workspace = byWorkspace ? "workspace" : "CAST(NULL AS TEXT)";
    String sql =
        """
        SELECT day, %s, model, endpoint, provider, sum(charge), sum(own), count(*),
          sum(prompt), sum(completion), sum(reasoning)
        FROM settlement
        WHERE day >= ? AND day < ? AND lost = 0 AND organization = ?
          AND (CAST(? AS TEXT) IS NULL OR workspace = ?)
          AND (CAST(? AS TEXT) IS NULL OR key = ?)
        GROUP BY day, %s model, endpoint, provider
        ORDER BY day DESC, sum(charge) DESC, 2, model, endpoint"""
            .formatted(workspace, byWorkspace ? "workspace," : "");
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setLong(1, from);
            query.setLong(2, to);
            query.setString(3, of.organization());
            query.setString(4, of.workspace().orElse(null));
            query.setString(5, of.workspace().orElse(null));
            query.setString(6, of.key().orElse(null));
            query.setString(7, of.key().orElse(null));
            try (ResultSet rows = query.executeQuery()) {
              List<Activity> found = new ArrayList<>();
              while (rows.next()) {
                found.add(activity(rows));
              }
              return found;
            }
          }
        });
  }

  private static Activity activity(ResultSet row) throws SQLException {
    return new Activity(
        LocalDate.ofEpochDay(row.getLong(1)),
        Optional.ofNullable(row.getString(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        new Money(row.getLong(6)),
        new Money(row.getLong(7)),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11));
  }

  /** The same days of an organization by workspace, key, model and provider. */
  List<InvoiceLine> invoice(String organization, long from, long to) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  """
                  SELECT workspace, key, model, provider, count(*), sum(prompt), sum(completion),
                    sum(charge)
                  FROM settlement
                  WHERE day >= ? AND day < ? AND lost = 0 AND organization = ?
                  GROUP BY workspace, key, model, provider
                  ORDER BY workspace, key, model, provider""")) {
            query.setLong(1, from);
            query.setLong(2, to);
            query.setString(3, organization);
            try (ResultSet rows = query.executeQuery()) {
              List<InvoiceLine> lines = new ArrayList<>();
              while (rows.next()) {
                lines.add(
                    new InvoiceLine(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getLong(5),
                        rows.getLong(6),
                        rows.getLong(7),
                        new Money(rows.getLong(8))));
              }
              return lines;
            }
          }
        });
  }

  /** All of them or none. One that is there already is left as it is, and counted once. */
  void insert(List<Settled> settlements) {
    mark =
        database.write(
            connection -> {
              Watermark.Mark before = goOn(connection);
              Watermark.Mark after = before;
              long entry = nextEntry(connection);
              Map<String, Long> legs = new HashMap<>();
              Map<Day, Sum> days = new HashMap<>();
              try (PreparedStatement insert =
                  connection.prepareStatement(
                      """
                  INSERT INTO settlement
                    (id, entry, day, at, key, workspace, model, endpoint, provider, source,
                     price_version, hold, cost, charge, absorbed, prompt, completion, reasoning,
                     lost, own, organization)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                  ON CONFLICT (id) DO NOTHING""")) {
                List<Settled> all = paid(connection, settlements);
                for (Settled settlement : all) {
                  set(insert, settlement, entry);
                  insert.addBatch();
                }
                int[] inserted = insert.executeBatch();
                for (int i = 0; i < inserted.length; i++) {
                  if (inserted[i] > 0) {
                    count(all.get(i), legs, days);
                    after = before.at(entry);
                  }
                }
              }
              post(connection, entry, legs);
              add(connection, days, entry);
              return after;
            });
  }

  /** What their leases pay of those that are not there yet. */
  private List<Settled> paid(Connection connection, List<Settled> settlements) throws SQLException {
    if (leases.isEmpty()) {
      return settlements;
    }
    Set<String> known = known(connection, settlements);
    return leases
        .get()
        .paid(
            connection,
            settlements.stream().filter(it -> !known.contains(it.what().id())).toList());
  }

  private static Set<String> known(Connection connection, List<Settled> settlements)
      throws SQLException {
    Set<String> known = new HashSet<>();
    for (int from = 0; from < settlements.size(); from += ASKED_AT_ONCE) {
      List<Settled> some =
          settlements.subList(from, Math.min(settlements.size(), from + ASKED_AT_ONCE));
      String places = String.join(", ", Collections.nCopies(some.size(), "?"));
      try (PreparedStatement query =
          connection.prepareStatement("SELECT id FROM settlement WHERE id IN (" + places + ")")) {
        for (int i = 0; i < some.size(); i++) {
          query.setString(i + 1, some.get(i).what().id());
        }
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            known.add(rows.getString(1));
          }
        }
      }
    }
    return known;
  }

  private static long nextEntry(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery("SELECT coalesce(max(seq), 0) + 1 FROM settlement")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void set(PreparedStatement insert, Settled settled, long entry)
      throws SQLException {
    Settlement s = settled.what();
    insert.setString(1, s.id());
    insert.setLong(2, entry);
    insert.setLong(3, settled.day());
    insert.setString(4, s.at().toString());
    insert.setString(5, s.key());
    insert.setString(6, s.tenant().workspace());
    insert.setString(7, s.model());
    insert.setString(8, s.endpoint());
    insert.setString(9, s.provider());
    insert.setString(10, s.source().word());
    insert.setString(11, s.priceVersion());
    insert.setLong(12, s.hold().nanoUsd());
    insert.setLong(13, s.cost().nanoUsd());
    insert.setLong(14, s.charge().nanoUsd());
    insert.setLong(15, s.absorbed().nanoUsd());
    insert.setLong(16, s.prompt());
    insert.setLong(17, s.completion());
    insert.setLong(18, s.reasoning());
    insert.setInt(19, s.lost() ? 1 : 0);
    insert.setLong(20, s.own().nanoUsd());
    insert.setString(21, s.tenant().organization());
  }

  private static void count(Settled settled, Map<String, Long> legs, Map<Day, Sum> days) {
    Settlement s = settled.what();
    long charge = s.charge().nanoUsd();
    leg(legs, "customer:" + s.tenant().organization(), -charge);
    leg(legs, "provider:" + s.provider(), s.cost().nanoUsd());
    leg(legs, "operator:absorbed", -s.absorbed().nanoUsd());
    leg(legs, "operator:margin", s.margin().nanoUsd());
    Sum sum = new Sum(charge, s.own().nanoUsd(), 1);
    for (Scope scope : settled.scopes()) {
      days.merge(new Day(scope, settled.day()), sum, Sum::plus);
    }
  }

  private static void leg(Map<String, Long> legs, String account, long nano) {
    if (nano != 0) {
      legs.merge(account, nano, Math::addExact);
    }
  }

  private static void post(Connection connection, long entry, Map<String, Long> legs)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO posting (entry, account, nano) VALUES (?, ?, ?)")) {
      for (Map.Entry<String, Long> leg : legs.entrySet()) {
        insert.setLong(1, entry);
        insert.setString(2, leg.getKey());
        insert.setLong(3, leg.getValue());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void add(Connection connection, Map<Day, Sum> days, long version)
      throws SQLException {
    try (PreparedStatement add =
        connection.prepareStatement(
            """
            INSERT INTO spending (kind, scope, day, nano, own, requests, version)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, scope, day)
            DO UPDATE SET nano = spending.nano + excluded.nano,
              own = spending.own + excluded.own,
              requests = spending.requests + excluded.requests, version = excluded.version""")) {
      for (Map.Entry<Day, Sum> day : days.entrySet()) {
        add.setString(1, day.getKey().scope().kind().name());
        add.setString(2, day.getKey().scope().id());
        add.setLong(3, day.getKey().day());
        add.setLong(4, day.getValue().nano());
        add.setLong(5, day.getValue().own());
        add.setLong(6, day.getValue().requests());
        add.setLong(7, version);
        add.addBatch();
      }
      add.executeBatch();
    }
  }
}
