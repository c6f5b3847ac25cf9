package dev.fairlead.relay;

import dev.fairlead.attempt.Sink;
import dev.fairlead.attempt.Source;
import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Fold;
import dev.fairlead.canon.StopReason;
import dev.fairlead.config.StreamPolicy;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.EventEncoder;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.Sse;
import dev.fairlead.wire.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer on its way to the caller. Where caller and provider speak the same dialect in
 * the vendor's flavour, frames pass as they came; everywhere else events are encoded. Either way
 * the same events are seen by the tally. The last bytes leave only after the exchange has been
 * settled. Confined to the exchange's loop.
 */
public final class Relay implements Sink {
  /** The exchange, as the relay sees it. */
  public interface Exchange {
    /** The head's own fields, at the moment at which it is sent. */
    Headers head();

    /** What stands before the answer's first event; usually nothing. */
    byte[] prologue();

    /**
     * Settles: everything is known now. Called once, before the last bytes, which leave when the
     * settlement can no longer be lost.
     *
     * @param last on the exchange's loop; at once where nothing is to be waited for, and never when
     *     the caller is gone
     */
    void settle(Tally tally, Optional<Fault> fault, Consumer<AnswerContext.Trailer> last);

    /** Asks for another endpoint that goes on; false when there is none. */
    boolean resume(Text textSoFar, Fault why);
  }

  /**
   * How to relay.
   *
   * @param context as far as it is known at the moment of asking: who serves is known late
   * @param keepAlive longest silence towards the caller
   * @param mostBytes of text, reasoning and arguments; an answer that goes on beyond is ended
   */
  public record Terms(
      Codec codec,
      Supplier<AnswerContext> context,
      StreamPolicy policy,
      Duration keepAlive,
      long mostBytes) {}

  /** The native word for an answer that was ended because nothing pays for more. */
  private static final String UNPAID = "budget";

  private static final byte[] COMMENT = Sse.comment("OPENROUTER PROCESSING");

  private final Responder responder;
  private final Terms terms;
  private final Exchange exchange;
  private final LongSupplier nanos;

  private final Outline outline = new Outline();
  private Tally tally = new Tally();
  private @Nullable EventEncoder encoder;
  private @Nullable ResponseStream out;
  private @Nullable Source source;
  private @Nullable Fold fold;
  private @Nullable Continuation continuation;
  private Loop.@Nullable Timer timer;
  private List<ChatEvent> buffered = new ArrayList<>();
  private Optional<Frame> terminal = Optional.empty();
  private long wroteNanos;
  private boolean raw;
  private boolean passed;
  private boolean includeUsage;
  private boolean over;
  private int textBlock;
  private boolean textOpen;
  private int nextBlock;

  public Relay(Responder responder, Terms terms, Exchange exchange, LongSupplier nanos) {
    this.responder = responder;
    this.terms = terms;
    this.exchange = exchange;
    this.nanos = nanos;
    this.fold = terms.policy() == StreamPolicy.ERROR ? null : new Fold();
    this.wroteNanos = nanos.getAsLong();
    arm(terms.keepAlive());
  }

  public Tally tally() {
    return tally;
  }

  /** True once the head is on its way: from then on a fault is an event, not a status. */
  public boolean begun() {
    return out != null;
  }

  /** The commit point: the source begins to flow. */
  public void serve(Source from, boolean prefilled) {
    boolean first = source == null;
    source = from;
    AnswerContext context = terms.context().get();
    includeUsage = context.includeUsage();
    raw =
        terms.policy() == StreamPolicy.ERROR
            && context.flavour() == Flavour.VENDOR
            && !context.legacyCompletion()
            && from.endpoint().dialect() == terms.codec().dialect();
    Fold sofar = fold;
    if (!first && sofar != null && terms.policy() == StreamPolicy.CONTINUE) {
      continuation = new Continuation(sofar.textSoFar(), prefilled, textBlock, textOpen, nextBlock);
    } else {
      tally.of(from);
    }
    if (terms.policy() != StreamPolicy.BUFFER) {
      open();
      byte[] prologue = first ? exchange.prologue() : new byte[0];
      if (prologue.length > 0) {
        write(prologue);
      }
    }
    from.drainTo(this);
    flush();
  }

  /** Nobody answered: the error is an event when the head has gone out, and a status when not. */
  public void refuse(Fault fault) {
    if (over) {
      return;
    }
    if (out == null) {
      over();
      exchange.settle(
          tally,
          Optional.of(fault),
          trailer ->
              Refusals.send(
                  responder, terms.codec(), terms.context().get(), fault, exchange.head()));
    } else {
      fail(fault);
    }
  }

  /** The caller is gone: nothing more is written. */
  public void gone() {
    over();
    if (source != null) {
      source.cancel();
    }
  }

  /** The caller is gone, and the answer is heard to its end all the same: it is billed anyway. */
  public void drain() {
    out = Nowhere.STREAM;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (source != null) {
      source.resume();
    }
  }

  // ---------------------------------------------------------------- the sink

  @Override
  public void events(Optional<Frame> frame, List<ChatEvent> events) {
    if (over) {
      return;
    }
    if (raw && frame.isEmpty() && !passed) {
      raw = false; // the provider answered whole: there are no frames to pass
    }
    if (raw) {
      pass(frame, events);
    } else {
      for (int i = 0; i < events.size() && !over; i++) {
        join(events.get(i));
      }
    }
  }

  private void pass(Optional<Frame> frame, List<ChatEvent> events) {
    boolean onlyUsage = !events.isEmpty();
    boolean ends = false;
    boolean stops = false;
    for (int i = 0; i < events.size(); i++) {
      ChatEvent event = events.get(i);
      note(event);
      onlyUsage &= event instanceof ChatEvent.Used;
      stops |= event instanceof ChatEvent.Stop;
      ends |= event instanceof ChatEvent.End;
    }
    if (tooLong() && !stops && !ends) {
      cut();
      return;
    }
    if (frame.isEmpty()) {
      return;
    }
    if (onlyUsage && !includeUsage && terms.codec().tellsUsageAlone(frame.get())) {
      return; // it is there because the gateway asked on its own account
    }
    passed = true;
    if (ends) {
      terminal = frame; // goes out after the settlement
    } else {
      write(frame.get().raw());
    }
  }

  private void join(ChatEvent event) {
    Continuation joining = continuation;
    if (joining == null) {
      emit(event);
      return;
    }
    joining.accept(event, this::goOn);
    nextBlock = joining.nextBlock();
    if (joining.contradicted()) {
      Source contradicting = source;
      if (contradicting != null) {
        contradicting.cancel();
      }
      broken(
          Fault.provider(
              Fault.Kind.STREAM_ERROR,
              "the answer broke off, and no other endpoint gave an answer that continues it"));
    }
  }

  /** What a continuation adds to what was sent before. */
  private void goOn(ChatEvent event) {
    Continuation joining = continuation;
    Source from = source;
    if (joining != null && joining.joined() && from != null) {
      tally.of(from);
    }
    emit(event);
  }

  private void emit(ChatEvent event) {
    note(event);
    if (event instanceof ChatEvent.Delta && tooLong()) {
      cut();
      return;
    }
    Fold folding = fold;
    if (folding != null) {
      folding.accept(event);
      track(event);
    }
    if (terms.policy() == StreamPolicy.BUFFER) {
      buffered.add(event);
    } else {
      byte[] bytes = encoder().encode(event);
      if (bytes.length > 0) {
        write(bytes);
      }
    }
  }

  private boolean tooLong() {
    return tally.output().bytes() > terms.mostBytes();
  }

  private void note(ChatEvent event) {
    tally.note(event);
    outline.note(event);
  }

  /**
   * The provider gives much more than it was asked for, and nobody pays for that: it is ended as an
   * answer that has reached its bound.
   */
  private void cut() {
    Source endless = source;
    if (endless != null) {
      endless.cancel();
    }
    if (raw) {
      raw = false;
      outline.teach(encoder()); // frames have told it to the caller
    }
    outline.endings(StopReason.LENGTH, UNPAID).forEach(this::emit);
    ended();
  }

  /** Where the text stands in which a continuation would go on. */
  private void track(ChatEvent event) {
    if (event instanceof ChatEvent.Open opened) {
      nextBlock = Math.max(nextBlock, opened.block() + 1);
      if (opened.head() instanceof ChatEvent.Head.TextHead) {
        textBlock = opened.block();
        textOpen = true;
      }
    } else if (event instanceof ChatEvent.Close closed && closed.block() == textBlock) {
      textOpen = false;
    }
  }

  @Override
  public void flush() {
    ResponseStream to = out;
    if (over || to == null) {
      return;
    }
    to.flush();
    Source from = source;
    if (from != null && !to.isWritable()) {
      from.pause();
    }
  }

  @Override
  public void ended() {
    if (over) {
      return;
    }
    ResponseStream to = open();
    for (ChatEvent event : buffered) {
      to.write(encoder().encode(event), false);
    }
    over();
    to.flush();
    exchange.settle(tally, Optional.empty(), trailer -> end(to, trailer));
  }

  private void end(ResponseStream to, AnswerContext.Trailer trailer) {
    if (raw) {
      to.write(terminal.map(Frame::raw).orElseGet(terms.codec()::terminalFrame), false);
    } else {
      to.write(encoder().end(trailer), false);
    }
    to.end();
  }

  @Override
  public void broken(Fault fault) {
    if (over) {
      return;
    }
    Fold folding = fold;
    if (folding != null) {
      if (terms.policy() == StreamPolicy.BUFFER) {
        fold = new Fold();
        buffered = new ArrayList<>();
        outline.clear();
        tally = new Tally();
        if (exchange.resume(Text.EMPTY, fault)) {
          return;
        }
      } else if (folding.canBeContinued() && exchange.resume(Text.of(folding.textSoFar()), fault)) {
        return;
      }
    }
    fail(fault);
  }

  private void fail(Fault fault) {
    ResponseStream to = out;
    if (to == null) {
      refuse(fault);
      return;
    }
    over();
    to.flush();
    exchange.settle(
        tally,
        Optional.of(fault),
        trailer -> {
          to.write(encoder().fail(fault, trailer), false);
          to.end();
        });
  }

  // ---------------------------------------------------------------- towards the caller

  private EventEncoder encoder() {
    EventEncoder made = encoder;
    if (made == null) {
      made = terms.codec().encoder(terms.context().get());
      encoder = made;
    }
    return made;
  }

  private ResponseStream open() {
    ResponseStream opened = out;
    if (opened == null) {
      opened = responder.open(200, exchange.head());
      opened.onWritable(this::writable);
      out = opened;
    }
    return opened;
  }

  private void write(byte[] bytes) {
    ResponseStream to = out;
    if (to != null) {
      wroteNanos = nanos.getAsLong();
      to.write(bytes, false);
    }
  }

  private void writable() {
    if (!over && source != null) {
      source.resume();
    }
  }

  private void arm(Duration delay) {
    timer = responder.loop().schedule(delay, this::keepAlive);
  }

  private void keepAlive() {
    if (over) {
      return;
    }
    long silent = nanos.getAsLong() - wroteNanos;
    long left = terms.keepAlive().toNanos() - silent;
    if (left <= 0) {
      open();
      write(COMMENT);
      flush();
      arm(terms.keepAlive());
    } else {
      arm(Duration.ofNanos(Math.max(left, 1_000_000)));
    }
  }

  private void over() {
    over = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
