package dev.fairlead.exchange;

import dev.fairlead.attempt.Attempts;
import dev.fairlead.attempt.Run;
import dev.fairlead.attempt.Source;
import dev.fairlead.canon.ChatAnswer;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fold;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.StopReason;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.journal.Generation;
import dev.fairlead.ledger.Hold;
import dev.fairlead.ledger.Settlement;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.relay.Refusals;
import dev.fairlead.relay.Relay;
import dev.fairlead.relay.Tally;
import dev.fairlead.route.RoutePlan;
import dev.fairlead.wire.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its way through the corridor, from the moment at which it has an id until its
 * record is written, which happens exactly once, however it ends. Confined to its loop.
 */
final class Passage implements Attempts.Listener, Relay.Exchange {
  /** Bytes: five letters, each of them escaped in six. */
  private static final int LONG_TOKEN = 30;

  private static final int LEEWAY = 1_024;

  /** What goes on for so long is written down, so that it is known should the process be killed. */
  private static final Duration LONG = Duration.ofSeconds(1);

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Corridor corridor;
  private final Visit visit;
  private final Entry entry;
  private final RoutePlan plan;
  private final Grant grant;
  private final Vitals vitals;
  private final long plannedNanos;

  private @Nullable Run run;
  private @Nullable Relay relay;
  private Optional<Endpoint> answering = Optional.empty();
  private long firstPieceNanos = -1;
  private boolean settled;
  private boolean gone;
  private boolean heard;
  private List<Settlement> noted = List.of();
  private Loop.@Nullable Timer noting;

  Passage(Corridor corridor, Visit visit, Entry entry, RoutePlan plan, Grant grant, Vitals vitals) {
    this.corridor = corridor;
    this.visit = visit;
    this.entry = entry;
    this.plan = plan;
    this.grant = grant;
    this.vitals = vitals;
    this.plannedNanos = corridor.nanos().getAsLong();
  }

  /** From here on the answer makes its own way. */
  void under(Run begun) {
    run = begun;
    noting = visit.responder().loop().schedule(LONG, () -> note(begun));
    visit.responder().onGone(this::gone);
  }

  private void note(Run under) {
    if (!settled) {
      noted = Losses.note(corridor, entry, plan, under.tried());
      noting = visit.responder().loop().schedule(AGAIN, () -> note(under));
    }
  }

  /** Streams get their relay before anybody is called: it keeps the caller's connection alive. */
  void relayed() {
    if (entry.inbound().request().stream()) {
      relay =
          new Relay(
              visit.responder(),
              new Relay.Terms(
                  visit.codec(),
                  this::context,
                  corridor.settings().streamPolicy(),
                  corridor.settings().keepAlive(),
                  mostBytes()),
              this,
              corridor.nanos());
    }
  }

  /** Well beyond what was asked for: how long a token is, nobody knows beforehand. */
  private long mostBytes() {
    long tokens = grant.funded().outputTokens();
    return tokens > Long.MAX_VALUE / LONG_TOKEN ? Long.MAX_VALUE : tokens * LONG_TOKEN + LEEWAY;
  }

  private AnswerContext context() {
    return new AnswerContext(
        visit.flavour(),
        entry.id(),
        answering.map(Endpoint::model).orElse(entry.inbound().request().model()),
        answering.map(e -> e.provider().name()).orElse(""),
        entry.arrived().getEpochSecond(),
        entry.inbound().request().includeUsage(),
        visit.operation().equals("completions"),
        entry.inbound().request().reasoning().exclude());
  }

  // ---------------------------------------------------------------- what the attempts tell

  @Override
  public void streaming(Source source, boolean prefilled) {
    answeredBy(source.endpoint());
    Relay to = relay;
    if (to != null) {
      to.serve(source, prefilled);
    }
  }

  @Override
  public void whole(Source source, byte[] body, List<ChatEvent> events) {
    answeredBy(source.endpoint());
    Tally tally = new Tally();
    tally.of(source);
    events.forEach(tally::note);
    settle(tally, Optional.empty(), trailer -> send(source.endpoint(), body, events, trailer));
  }

  private void send(
      Endpoint endpoint, byte[] body, List<ChatEvent> events, AnswerContext.Trailer trailer) {
    AnswerContext context = context();
    boolean raw =
        body.length > 0
            && visit.flavour() == Flavour.VENDOR
            && endpoint.dialect() == visit.codec().dialect()
            && !context.legacyCompletion();
    byte[] answer = body;
    if (!raw) {
      ChatAnswer folded = Fold.of(events);
      answer = visit.codec().encodeAnswer(folded, context, trailer);
    }
    visit.responder().whole(200, head().with("content-type", "application/json"), answer);
  }

  @Override
  public void failed(Fault fault) {
    Relay to = relay;
    if (to != null) {
      to.refuse(fault);
    } else {
      settle(
          new Tally(),
          Optional.of(fault),
          trailer -> Refusals.send(visit.responder(), visit.codec(), context(), fault, head()));
    }
  }

  private void answeredBy(Endpoint endpoint) {
    answering = Optional.of(endpoint);
    if (firstPieceNanos < 0) {
      firstPieceNanos = corridor.nanos().getAsLong();
    }
  }

  private void gone() {
    gone = true;
    if (settled) {
      return;
    }
    Run under = run;
    if (under != null && under.calling().filter(corridor.departures()::hear).isPresent()) {
      heard = true;
      under.hearOut();
      if (relay != null) {
        relay.drain();
      }
      visit.responder().loop().schedule(Departures.LONGEST, this::leave);
    } else {
      leave();
    }
  }

  private void leave() {
    if (settled) {
      return;
    }
    if (run != null) {
      run.cancel();
    }
    Tally tally = new Tally();
    if (relay != null) {
      tally = relay.tally();
      relay.gone();
    }
    settle(
        tally,
        Optional.of(Fault.client(Fault.Kind.CLIENT_GONE, "the caller closed the connection")),
        trailer -> {});
  }

  // ---------------------------------------------------------------- what the relay asks

  @Override
  public Headers head() {
    return AnswerHeaders.make(
        entry,
        grant,
        answering,
        plannedNanos - visit.request().receivedNanos(),
        firstPieceNanos < 0 ? -1 : firstPieceNanos - plannedNanos);
  }

  @Override
  public boolean resume(Text textSoFar, Fault why) {
    return run != null && run.resume(textSoFar, why);
  }

  @Override
  public void settle(Tally tally, Optional<Fault> fault, Consumer<AnswerContext.Trailer> last) {
    if (settled) {
      return;
    }
    settled = true;
    if (heard) {
      corridor.departures().over();
    }
    if (noting != null) {
      noting.cancel();
    }
    Optional<Fault> left =
        gone && fault.isEmpty()
            ? Optional.of(Fault.client(Fault.Kind.CLIENT_GONE, "the caller closed the connection"))
            : fault;
    try {
      settleOnce(tally, left, trailer -> afterwards(last, trailer));
    } catch (RuntimeException e) {
      grant.undone(); // nothing where it has ended
      throw e;
    }
  }

  private void settleOnce(
      Tally tally, Optional<Fault> fault, Consumer<AnswerContext.Trailer> last) {
    Hold hold = grant.funded().hold();
    Bill bill = Bill.of(corridor, entry, plan, hold.amount(), tally, fault);
    learn(bill, hold, fault);
    grant.used(bill.consumption(), bill.endpoint());
    boolean stream = entry.inbound().request().stream();
    vitals.ended(
        bill.endpoint(),
        bill.source().map(Source::credential).orElse(""),
        tally,
        bill.spent().used().output(),
        fault,
        stream ? firstPieceNanos : plannedNanos);
    if (fault.isPresent() && bill.isFree()) {
      visit.responder().worthless();
    }
    AnswerContext.Trailer trailer = Trailers.make(bill, entry, plan, run);
    Runnable record = corridor.journal().take(generation(tally, bill, fault));
    Runnable end =
        () -> {
          try {
            last.accept(trailer);
          } finally {
            record.run();
          }
        };
    Optional<Settlement> settlement = bill.settlement(entry, hold.amount());
    boolean waits = settlement.isPresent() && !bill.isFree();
    if (waits) {
      corridor.ledger().settle(hold, settlement.get(), visit.responder().loop(), end);
    } else {
      settlement.ifPresentOrElse(
          what -> corridor.ledger().settle(hold, what), () -> corridor.ledger().release(hold));
    }
    Losses.book(corridor, entry, plan, run == null ? List.of() : run.tried(), bill.source());
    if (settlement.isEmpty() && !noted.isEmpty()) {
      corridor.ledger().lose(noted.getLast().nothing());
    }
    if (!waits) {
      end.run();
    }
  }

  /** What ended well, and is not beyond all sense, teaches how to measure what is not told. */
  private void learn(Bill bill, Hold hold, Optional<Fault> fault) {
    if (fault.isEmpty() && bill.asked().total().compareTo(hold.amount()) <= 0) {
      bill.source().ifPresent(it -> corridor.yardsticks().learn(entry, it));
    }
  }

  private void afterwards(Consumer<AnswerContext.Trailer> last, AnswerContext.Trailer trailer) {
    if (!gone) {
      last.accept(trailer);
    }
  }

  private Generation generation(Tally tally, Bill bill, Optional<Fault> fault) {
    Optional<Endpoint> served = bill.endpoint();
    long now = corridor.nanos().getAsLong();
    long began = visit.request().receivedNanos();
    boolean begun = relay != null && relay.begun();
    int status = fault.isEmpty() || begun ? 200 : fault.get().status();
    return new Generation(
        entry.id(),
        entry.arrived(),
        entry.caller(),
        visit.codec().dialect(),
        visit.operation(),
        entry.inbound().request().stream(),
        entry.inbound().request().model(),
        served.map(Endpoint::model),
        served.map(e -> e.provider().name()),
        served.map(Endpoint::id),
        run == null ? List.of() : run.records(),
        bill.spent().usage(),
        bill.spent().metered(),
        bill.charged(),
        losses(),
        tally.stop().or(() -> fault.map(f -> StopReason.ERROR)),
        tally.nativeReason(),
        fault,
        firstPieceNanos < 0 ? -1 : (firstPieceNanos - began) / 1_000_000,
        (now - began) / 1_000_000,
        (plannedNanos - began) / 1_000,
        status,
        fault.filter(f -> f.kind() == Fault.Kind.CLIENT_GONE).isPresent(),
        bill.own(),
        plan.record()::write);
  }

  private List<Loss> losses() {
    List<Loss> all = new ArrayList<>(entry.passedOver());
    all.addAll(grant.funded().losses());
    if (run != null) {
      all.addAll(run.losses());
    }
    all.addAll(plan.decision().losses());
    return all;
  }

  @Override
  public byte[] prologue() {
    return entry.wantsEcho() && run != null ? Echo.chunk(context(), run.sentBody()) : new byte[0];
  }
}
