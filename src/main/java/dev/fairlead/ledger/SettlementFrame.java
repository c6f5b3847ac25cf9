package dev.fairlead.ledger;

import dev.fairlead.identity.Organization;
import dev.fairlead.identity.Scope;
import dev.fairlead.identity.Tenant;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.StoreFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settlements as the bytes of one record of the log. */
final class SettlementFrame {
  private static final int VERSION = 6;

  /** Without organizations. */
  private static final int OURS_ALONE = 5;

  /** Without what is under way. */
  private static final int ENDED = 4;

  /** Without what own credentials cost. */
  private static final int OURS = 3;

  /** Without attempts that were lost. */
  private static final int SERVED = 2;

  /** Without leases. */
  private static final int ALONE = 1;

  private SettlementFrame() {}

  static byte[] write(List<Settled> settlements) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(400 * settlements.size());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeInt(settlements.size());
      for (Settled settled : settlements) {
        write(out, settled);
      }
    } catch (IOException e) {
      throw new StoreFailure("a settlement has too long a name: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Settled settled) throws IOException {
    Settlement s = settled.what();
    out.writeUTF(s.id());
    out.writeLong(s.at().getEpochSecond());
    out.writeInt(s.at().getNano());
    out.writeUTF(s.key());
    out.writeUTF(s.tenant().organization());
    out.writeUTF(s.tenant().workspace());
    out.writeUTF(s.model());
    out.writeUTF(s.endpoint());
    out.writeUTF(s.provider());
    out.writeByte(s.source().ordinal());
    out.writeUTF(s.priceVersion());
    out.writeLong(s.hold().nanoUsd());
    out.writeLong(s.cost().nanoUsd());
    out.writeLong(s.charge().nanoUsd());
    out.writeLong(s.prompt());
    out.writeLong(s.completion());
    out.writeLong(s.reasoning());
    out.writeBoolean(s.lost());
    out.writeLong(s.own().nanoUsd());
    out.writeLong(settled.day());
    out.writeByte(settled.scopes().size());
    for (Scope scope : settled.scopes()) {
      out.writeByte(scope.kind().ordinal());
      out.writeUTF(scope.id());
    }
    out.writeBoolean(settled.lease().isPresent());
    if (settled.lease().isPresent()) {
      write(out, settled.lease().get());
    }
    out.writeBoolean(settled.underWay());
  }

  private static void write(DataOutputStream out, LeaseCharge lease) throws IOException {
    out.writeUTF(lease.node());
    out.writeLong(lease.epoch());
    out.writeByte(lease.budgets().size());
    for (BudgetPeriod budget : lease.budgets()) {
      out.writeByte(budget.scope().kind().ordinal());
      out.writeUTF(budget.scope().id());
      out.writeByte(budget.interval().ordinal());
      out.writeLong(budget.start());
    }
  }

  static List<Settled> read(byte[] record) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
      int version = in.readByte();
      if (version < ALONE || version > VERSION) {
        throw new StoreFailure("the ledger's log was written by a newer version", null);
      }
      int size = in.readInt();
      List<Settled> settlements = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        settlements.add(settled(in, version));
      }
      return settlements;
    } catch (IOException e) {
      throw new StoreFailure("a record of the ledger's log cannot be read", e);
    }
  }

  private static Settled settled(DataInputStream in, int version) throws IOException {
    String id = in.readUTF();
    Instant at = Instant.ofEpochSecond(in.readLong(), in.readInt());
    String key = in.readUTF();
    String organization = version > OURS_ALONE ? in.readUTF() : Organization.OPERATOR;
    Tenant tenant = new Tenant(organization, in.readUTF());
    String model = in.readUTF();
    String endpoint = in.readUTF();
    String provider = in.readUTF();
    Settlement.Source source = Settlement.Source.values()[in.readByte()];
    String priceVersion = in.readUTF();
    Money hold = new Money(in.readLong());
    Money cost = new Money(in.readLong());
    Money charge = new Money(in.readLong());
    long prompt = in.readLong();
    long completion = in.readLong();
    long reasoning = in.readLong();
    boolean lost = version > SERVED && in.readBoolean();
    Money own = version > OURS ? new Money(in.readLong()) : Money.ZERO;
    Settlement settlement =
        new Settlement(
            id,
            at,
            key,
            tenant,
            model,
            endpoint,
            provider,
            source,
            priceVersion,
            hold,
            cost,
            charge,
            own,
            prompt,
            completion,
            reasoning,
            lost);
    long day = in.readLong();
    int size = in.readByte();
    List<Scope> scopes = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      scopes.add(new Scope(Scope.Kind.values()[in.readByte()], in.readUTF()));
    }
    Optional<LeaseCharge> lease =
        version != ALONE && in.readBoolean()
            ? Optional.of(lease(in, settlement))
            : Optional.empty();
    boolean underWay = version > ENDED && in.readBoolean();
    return new Settled(settlement, scopes, day, lease, underWay);
  }

  private static LeaseCharge lease(DataInputStream in, Settlement settlement) throws IOException {
    String node = in.readUTF();
    long epoch = in.readLong();
    int size = in.readByte();
    List<BudgetPeriod> budgets = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      budgets.add(
          new BudgetPeriod(
              new Scope(Scope.Kind.values()[in.readByte()], in.readUTF()),
              Interval.values()[in.readByte()],
              in.readLong()));
    }
    return new LeaseCharge(settlement.id(), node, epoch, budgets, settlement.charge().nanoUsd());
  }
}
