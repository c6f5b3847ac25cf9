package dev.fairlead.ledger;

import dev.fairlead.store.Migration;
import java.util.List;

/**
 * The tables of settlements, postings and what scopes have spent, as they came to be; what stands
 * here is never changed, only added to.
 */
final class LedgerSchema {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "ledger-1-settlement",
              """
              CREATE TABLE settlement (
                seq INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                entry INTEGER NOT NULL,
                day INTEGER NOT NULL,
                at TEXT NOT NULL,
                key TEXT NOT NULL,
                workspace TEXT NOT NULL,
                model TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                provider TEXT NOT NULL,
                source TEXT NOT NULL,
                price_version TEXT NOT NULL,
                hold INTEGER NOT NULL,
                cost INTEGER NOT NULL CHECK (cost >= 0),
                charge INTEGER NOT NULL CHECK (charge BETWEEN 0 AND hold),
                absorbed INTEGER NOT NULL CHECK (absorbed = max(0, cost - charge)),
                prompt INTEGER NOT NULL,
                completion INTEGER NOT NULL,
                reasoning INTEGER NOT NULL
              );
              CREATE INDEX settlement_by_day ON settlement (day);
              CREATE TABLE posting (
                entry INTEGER NOT NULL,
                account TEXT NOT NULL,
                nano INTEGER NOT NULL,
                PRIMARY KEY (entry, account)
              ) WITHOUT ROWID;
              CREATE TABLE spending (
                kind TEXT NOT NULL,
                scope TEXT NOT NULL,
                day INTEGER NOT NULL,
                nano INTEGER NOT NULL,
                requests INTEGER NOT NULL,
                PRIMARY KEY (kind, scope, day)
              ) WITHOUT ROWID
              """,
              """
              CREATE TABLE settlement (
                seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                entry BIGINT NOT NULL,
                day BIGINT NOT NULL,
                at TEXT NOT NULL,
                key TEXT NOT NULL,
                workspace TEXT NOT NULL,
                model TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                provider TEXT NOT NULL,
                source TEXT NOT NULL,
                price_version TEXT NOT NULL,
                hold BIGINT NOT NULL,
                cost BIGINT NOT NULL CHECK (cost >= 0),
                charge BIGINT NOT NULL CHECK (charge BETWEEN 0 AND hold),
                absorbed BIGINT NOT NULL CHECK (absorbed = greatest(0, cost - charge)),
                prompt BIGINT NOT NULL,
                completion BIGINT NOT NULL,
                reasoning BIGINT NOT NULL
              );
              CREATE INDEX settlement_by_day ON settlement (day);
              CREATE TABLE posting (
                entry BIGINT NOT NULL,
                account TEXT NOT NULL,
                nano BIGINT NOT NULL,
                PRIMARY KEY (entry, account)
              );
              CREATE TABLE spending (
                kind TEXT NOT NULL,
                scope TEXT NOT NULL,
                day BIGINT NOT NULL,
                nano BIGINT NOT NULL,
                requests BIGINT NOT NULL,
                PRIMARY KEY (kind, scope, day)
              )
              """),
          new Migration(
              "ledger-2-append-only",
              """
              CREATE TRIGGER settlement_stays BEFORE UPDATE ON settlement
                BEGIN SELECT RAISE(ABORT, 'settlements are only ever added'); END""",
              """
              CREATE FUNCTION only_ever_added() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                RAISE EXCEPTION '% rows are only ever added', TG_TABLE_NAME;
              END $$;
              CREATE TRIGGER settlement_is_not_emptied BEFORE TRUNCATE ON settlement
                FOR EACH STATEMENT EXECUTE FUNCTION only_ever_added();
              CREATE TRIGGER posting_is_not_emptied BEFORE TRUNCATE ON posting
                FOR EACH STATEMENT EXECUTE FUNCTION only_ever_added();
              CREATE TRIGGER settlement_stays BEFORE UPDATE ON settlement
                FOR EACH ROW EXECUTE FUNCTION only_ever_added()"""),
          new Migration(
              "ledger-3-append-only",
              """
              CREATE TRIGGER settlement_is_kept BEFORE DELETE ON settlement
                BEGIN SELECT RAISE(ABORT, 'settlements are only ever added'); END""",
              """
              CREATE TRIGGER settlement_is_kept BEFORE DELETE ON settlement
                FOR EACH ROW EXECUTE FUNCTION only_ever_added()"""),
          new Migration(
              "ledger-4-append-only",
              """
              CREATE TRIGGER posting_stays BEFORE UPDATE ON posting
                BEGIN SELECT RAISE(ABORT, 'postings are only ever added'); END""",
              """
              CREATE TRIGGER posting_stays BEFORE UPDATE ON posting
                FOR EACH ROW EXECUTE FUNCTION only_ever_added()"""),
          new Migration(
              "ledger-5-append-only",
              """
              CREATE TRIGGER posting_is_kept BEFORE DELETE ON posting
                BEGIN SELECT RAISE(ABORT, 'postings are only ever added'); END""",
              """
              CREATE TRIGGER posting_is_kept BEFORE DELETE ON posting
                FOR EACH ROW EXECUTE FUNCTION only_ever_added()"""),
          new Migration(
              "ledger-6-organization",
              """
              INSERT INTO spending (kind, scope, day, nano, requests)
                SELECT 'ORGANIZATION', 'default', day, sum(nano), sum(requests)
                FROM spending WHERE kind = 'WORKSPACE' GROUP BY day"""),
          new Migration(
              "ledger-7-version",
              """
              ALTER TABLE spending ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
              CREATE INDEX spending_by_version ON spending (version)"""),
          new Migration(
              "ledger-8-books",
              """
              CREATE TABLE books (
                one INTEGER PRIMARY KEY CHECK (one = 1),
                id TEXT NOT NULL,
                branch BIGINT NOT NULL
              )"""),
          new Migration(
              "ledger-9-lost", "ALTER TABLE settlement ADD COLUMN lost INTEGER NOT NULL DEFAULT 0"),
          new Migration(
              "ledger-10-own",
              """
              ALTER TABLE settlement ADD COLUMN own BIGINT NOT NULL DEFAULT 0;
              ALTER TABLE spending ADD COLUMN own BIGINT NOT NULL DEFAULT 0"""),
          new Migration(
              "ledger-11-organization",
              "ALTER TABLE settlement ADD COLUMN organization TEXT NOT NULL DEFAULT 'default'"));

  private LedgerSchema() {}
}
