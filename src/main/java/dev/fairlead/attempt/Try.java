package dev.fairlead.attempt;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Usage;
import dev.fairlead.canon.Volume;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.config.TimeoutsConfig;
import dev.fairlead.http.Call;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.TransportFault;
import dev.fairlead.http.UpstreamListener;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.EventDecoder;
import dev.fairlead.wire.Frame;
import dev.fairlead.wire.FrameReader;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.MalformedFrame;
import dev.fairlead.wire.MalformedJson;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call to a provider. Until the commit point it gathers: an error body, a whole answer, or the
 * frames before the first meaningful piece. After it, it hands on what comes. Whatever happens, it
 * tells exactly one thing to its owner ({@link Owner#served}, {@link Owner#whole}, {@link
 * Owner#failed}) and, once served, exactly one ending to its sink. Confined to the exchange's loop.
 *
 * <p>One watchdog timer serves all deadlines: it sleeps until the nearest could be due, looks, and
 * sleeps again, so that a token costs no timer.
 */
final class Try implements UpstreamListener, Source {
  /** Whoever made the try. */
  interface Owner {
    /** The commit point of a stream: drain the source. */
    void served(Try served);

    /** A whole answer, with its events. */
    void whole(Try served, byte[] body, List<ChatEvent> events);

    /**
     * @param unprocessed the provider cannot have acted on the request
     */
    void failed(Try failed, Fault fault, boolean unprocessed);
  }

  /**
   * What a try is made with.
   *
   * @param credential the name of what is shown to the provider
   * @param stream a stream was asked for
   * @param firstToken how long until the answer begins
   * @param deadlineNanos the exchange's total deadline
   */
  record Making(
      Endpoint endpoint,
      String credential,
      Codec codec,
      boolean stream,
      boolean spliced,
      Duration firstToken,
      TimeoutsConfig deadlines,
      long beganNanos,
      long deadlineNanos,
      int maxBody) {}

  private enum Phase {
    SENDING,
    REFUSAL,
    WHOLE,
    STREAM,
    SERVED,
    OVER
  }

  private record Held(Optional<Frame> frame, List<ChatEvent> events) {}

  private static final int MAX_REFUSAL = 64 * 1024;
  private static final int MAX_HELD = 4096;
  private static final int MAX_GATHERED = 1 << 20;

  private final Making making;
  private final Loop loop;
  private final LongSupplier nanos;
  private final Owner owner;
  private Runnable freed;
  private final long startedNanos;

  private Phase phase = Phase.SENDING;
  private @Nullable Call call;
  private Loop.@Nullable Timer watch;
  private @Nullable Sink sink;
  private @Nullable FrameReader reader;
  private @Nullable EventDecoder decoder;
  private @Nullable ByteArrayOutputStream body;
  private final List<Held> held = new ArrayList<>();
  private final List<ChatEvent> events = new ArrayList<>();
  private final Set<Integer> open = new HashSet<>();

  private Headers headers = Headers.NONE;
  private long sentNanos = -1;
  private long headNanos = -1;
  private long firstTokenNanos = -1;
  private long endedNanos = -1;
  private long activeNanos;
  private long stoppedNanos = -1;
  private int status;
  private int repaired;
  private int choicesSeen;
  private boolean paused;
  private boolean sawEnd;
  private boolean said;
  private boolean emptyAllowed;
  private @Nullable Fault streamFault;
  private Optional<String> upstreamId = Optional.empty();
  private Optional<Usage> usage = Optional.empty();
  private Volume output = Volume.NONE;
  private Volume untold = Volume.NONE;
  private Optional<Fault> fault = Optional.empty();
  private Optional<String> retry = Optional.empty();

  /**
   * @param freed runs when the call is over, however it ends
   */
  Try(Making making, Loop loop, LongSupplier nanos, Owner owner, Runnable freed) {
    this.freed = freed;
    this.making = making;
    this.loop = loop;
    this.nanos = nanos;
    this.owner = owner;
    this.startedNanos = nanos.getAsLong();
    this.activeNanos = startedNanos;
  }

  /** The call under way; given right after sending, which may already have failed. */
  void begin(Call begun) {
    call = begun;
    if (phase == Phase.OVER) {
      begun.cancel();
    } else {
      arm();
    }
  }

  @Override
  public Endpoint endpoint() {
    return making.endpoint();
  }

  @Override
  public String credential() {
    return making.credential();
  }

  void decided(String step) {
    retry = Optional.of(step);
  }

  /** Milliseconds from sending to the first piece of the answer, once served. */
  OptionalLong firstTokenMillis() {
    return firstTokenNanos < 0
        ? OptionalLong.empty()
        : OptionalLong.of((firstTokenNanos - startedNanos) / 1_000_000);
  }

  @Override
  public AttemptRecord record() {
    Endpoint at = making.endpoint();
    return new AttemptRecord(
        at.id(),
        at.provider().slug(),
        at.provider().name(),
        at.model(),
        millis(startedNanos),
        millis(sentNanos),
        millis(headNanos),
        millis(firstTokenNanos),
        millis(endedNanos),
        status,
        fault.map(f -> f.kind().word()),
        repaired == 0
            ? fault.flatMap(Fault::detail)
            : Optional.of(repaired + " unreadable events were left out"),
        retry,
        upstreamId,
        usage,
        output,
        untold,
        making.spliced());
  }

  private long millis(long at) {
    return at < 0 ? -1 : (at - making.beganNanos()) / 1_000_000;
  }

  // ---------------------------------------------------------------- what the connection tells

  @Override
  public void sent(boolean reusedConnection) {
    sentNanos = nanos.getAsLong();
  }

  @Override
  public void head(int answered, Headers answerHeaders) {
    headNanos = nanos.getAsLong();
    activeNanos = headNanos;
    status = answered;
    headers = answerHeaders;
    if (answered >= 300 && answered < 400) {
      String message = name() + " redirects; the gateway follows no redirect with a credential";
      fail(Fault.provider(Fault.Kind.REDIRECTED, message), false);
    } else if (answered >= 400) {
      phase = Phase.REFUSAL;
      body = new ByteArrayOutputStream();
    } else if (answered != 200 && answered != 201) {
      fail(malformed("status " + answered + " where an answer should be"), false);
    } else {
      accept(answerHeaders.get("content-type").orElse("").toLowerCase(Locale.ROOT));
    }
  }

  private void accept(String type) {
    if (type.contains("html")) {
      fail(malformed("a web page where an answer should be"), false);
    } else if (type.contains("event-stream") || (making.stream() && !type.contains("json"))) {
      phase = Phase.STREAM;
      reader = making.codec().frames();
      decoder = making.codec().decoder();
    } else {
      phase = Phase.WHOLE;
      body = new ByteArrayOutputStream();
    }
  }

  @Override
  public void body(byte[] bytes) {
    switch (phase) {
      case REFUSAL, WHOLE -> gather(bytes);
      case STREAM, SERVED -> feed(bytes);
      case SENDING, OVER -> {
        // Bytes that were on their way when the try ended mean nothing any more.
      }
    }
  }

  private void gather(byte[] bytes) {
    ByteArrayOutputStream all = body;
    if (all == null) {
      return;
    }
    boolean refusal = phase == Phase.REFUSAL;
    int limit = refusal ? MAX_REFUSAL : making.maxBody();
    if (all.size() + bytes.length > limit) {
      if (refusal) {
        all.write(bytes, 0, Math.max(0, limit - all.size()));
        end();
      } else {
        fail(
            Fault.provider(
                Fault.Kind.TOO_LARGE,
                name() + " sent an answer of more than " + limit + " bytes, the gateway's limit"),
            false);
      }
      return;
    }
    all.write(bytes, 0, bytes.length);
  }

  private void feed(byte[] bytes) {
    FrameReader frames = reader;
    if (frames == null) {
      return;
    }
    try {
      frames.feed(bytes, 0, bytes.length, this::frame);
      Sink drain = sink;
      if (phase == Phase.SERVED && drain != null) {
        drain.flush();
      }
    } catch (MalformedFrame e) {
      broken(malformed(e.getMessage()));
    }
  }

  private void frame(Frame frame) {
    // A whole frame is a sign of life, be it a comment; a byte now and then is none.
    activeNanos = nanos.getAsLong();
    EventDecoder decoding = decoder;
    if (frame.isEmpty() || decoding == null || phase == Phase.OVER || sawEnd) {
      return;
    }
    events.clear();
    try {
      decoding.decode(frame, events::add);
    } catch (MalformedJson e) {
      // One unreadable event among good ones is left out; whether the answer is whole is told by
      // its ending.
      repaired++;
      return;
    }
    // A frame that means nothing to us is handed on, too: it may pass as it came.
    take(Optional.of(frame));
    if (phase != Phase.OVER && stoppedNanos < 0 && decoding.saidItsEnd()) {
      stoppedNanos = activeNanos;
      arm();
    }
  }

  /** Notes what the events say, and hands them on or holds them. */
  private void take(Optional<Frame> frame) {
    boolean meaningful = false;
    for (int i = 0; i < events.size(); i++) {
      ChatEvent event = events.get(i);
      note(event);
      meaningful |= Tries.meaningful(event);
    }
    Sink drain = sink;
    if (phase == Phase.SERVED && drain != null) {
      drain.events(frame, events);
    } else {
      held.add(new Held(frame, List.copyOf(events)));
      said |= meaningful;
      if (making.stream() && meaningful && streamFault == null) {
        commit();
      } else if (held.size() > (making.stream() ? MAX_HELD : MAX_GATHERED)) {
        broken(malformed("more events than the gateway holds before it answers"));
      }
    }
    Fault inside = streamFault;
    if (inside != null) {
      broken(inside);
    } else if (sawEnd) {
      finished();
    }
  }

  private void note(ChatEvent event) {
    switch (event) {
      case ChatEvent.Begin begin -> upstreamId = begin.id();
      case ChatEvent.Open opened -> {
        if (open.add(opened.choice())) {
          choicesSeen++;
        }
      }
      case ChatEvent.Stop stop -> {
        open.remove(stop.choice());
        emptyAllowed |= Tries.mayBeEmpty(stop);
        if (open.isEmpty()) {
          stoppedNanos = nanos.getAsLong();
          arm();
        }
      }
      case ChatEvent.Failed failed -> streamFault = failed.fault();
      case ChatEvent.End ignored -> sawEnd = true;
      case ChatEvent.Delta delta -> {
        output = output.plus(delta);
        untold = untold.plus(delta);
      }
      case ChatEvent.ProofDelta ignored -> {}
      case ChatEvent.Cited ignored -> {}
      case ChatEvent.Logprobs ignored -> {}
      case ChatEvent.Close ignored -> {}
      case ChatEvent.Used used -> {
        usage = Optional.of(used.usage());
        untold = Volume.NONE;
      }
      case ChatEvent.Note ignored -> {}
    }
  }

  private void commit() {
    firstTokenNanos = nanos.getAsLong();
    phase = Phase.SERVED;
    owner.served(this);
  }

  @Override
  public void end() {
    switch (phase) {
      case REFUSAL -> refused();
      case WHOLE -> whole();
      case STREAM, SERVED -> streamEnded();
      case SENDING -> fail(malformed("the connection ended without an answer"), false);
      case OVER -> {
        // A stream that was finished at its terminal marker ends here as HTTP.
        if (watch != null) {
          watch.cancel();
          watch = null;
        }
      }
    }
  }

  private void refused() {
    byte[] bytes = body == null ? new byte[0] : body.toByteArray();
    Fault told = making.codec().decodeFault(status, bytes);
    Optional<Duration> pause = RetryAfter.read(headers);
    fail(pause.isPresent() ? told.withRetryAfter(pause) : told, false);
  }

  private void whole() {
    byte[] bytes = body == null ? new byte[0] : body.toByteArray();
    List<ChatEvent> answer;
    try {
      answer = making.codec().decodeAnswer(Json.read(bytes, JsonLimits.RESPONSE).root());
    } catch (MalformedJson e) {
      fail(malformed("an answer that is no JSON: " + e.getMessage()), false);
      return;
    }
    events.clear();
    events.addAll(answer);
    boolean meaningful = false;
    for (ChatEvent event : events) {
      note(event);
      meaningful |= Tries.meaningful(event);
    }
    Fault inside = streamFault;
    if (inside != null && !meaningful) {
      fail(inside, false);
    } else if (!meaningful && !emptyAllowed) {
      fail(empty(), false);
    } else {
      firstTokenNanos = nanos.getAsLong();
      endedNanos = firstTokenNanos;
      if (making.stream()) {
        held.add(new Held(Optional.empty(), List.copyOf(events)));
        phase = Phase.SERVED;
        owner.served(this);
      } else {
        over();
        owner.whole(this, bytes, answer);
      }
    }
  }

  private void streamEnded() {
    FrameReader frames = reader;
    EventDecoder decoding = decoder;
    if (frames == null || decoding == null) {
      return;
    }
    try {
      frames.end(this::frame);
    } catch (MalformedFrame e) {
      broken(malformed(e.getMessage()));
      return;
    }
    conclude(decoding);
  }

  /** No more bytes count: what came is either whole or cut off. */
  private void conclude(EventDecoder decoding) {
    if (phase == Phase.OVER) {
      return;
    }
    if (!sawEnd) {
      events.clear();
      decoding.finish(events::add);
      if (!events.isEmpty()) {
        take(Optional.empty());
      }
    }
    if (phase == Phase.OVER) {
      return;
    }
    broken(
        Fault.provider(
            Fault.Kind.TRUNCATED,
            name() + " broke its answer off before its end; what was received is not complete"));
  }

  /** The terminal marker was seen. */
  private void finished() {
    if (phase == Phase.STREAM) {
      if (!making.stream() && (said || emptyAllowed)) {
        firstTokenNanos = nanos.getAsLong();
        List<ChatEvent> all = new ArrayList<>();
        held.forEach(h -> all.addAll(h.events()));
        over();
        owner.whole(this, new byte[0], all);
      } else if (making.stream() && (emptyAllowed || choicesSeen > 1)) {
        commit();
        // The owner has drained the held events by now; only the ending is left to tell.
        finished();
      } else {
        fail(empty(), false);
      }
      return;
    }
    Sink drain = sink;
    if (phase == Phase.SERVED && drain != null) {
      over();
      watch = loop.schedule(making.deadlines().linger(), this::hangUp);
      drain.ended();
    }
  }

  /** The answer is whole, but the provider keeps the connection open: it cannot be used again. */
  private void hangUp() {
    watch = null;
    if (call != null) {
      call.cancel();
    }
  }

  @Override
  public void failed(TransportFault failure) {
    if (phase == Phase.OVER) {
      return;
    }
    EventDecoder decoding = decoder;
    if (failure.kind() == TransportFault.Kind.TRUNCATED
        && (phase == Phase.STREAM || phase == Phase.SERVED)
        && decoding != null) {
      // Cut as HTTP, but perhaps whole as an answer: every choice may have had its ending.
      conclude(decoding);
      return;
    }
    broken(TransportFaults.fault(failure, name()), failure.safeToRepeat());
  }

  // ---------------------------------------------------------------- endings

  private void broken(Fault why) {
    broken(why, false);
  }

  private void broken(Fault why, boolean unprocessed) {
    Sink drain = sink;
    if (phase == Phase.SERVED && drain != null) {
      fault = Optional.of(why);
      giveUp();
      drain.broken(why);
    } else if (phase != Phase.OVER) {
      fail(why, unprocessed);
    }
  }

  private void fail(Fault why, boolean unprocessed) {
    if (phase == Phase.OVER) {
      return;
    }
    fault = Optional.of(why);
    giveUp();
    owner.failed(this, why, unprocessed);
  }

  private void giveUp() {
    over();
    if (call != null) {
      call.cancel();
    }
  }

  private void over() {
    if (endedNanos < 0) {
      endedNanos = nanos.getAsLong();
    }
    phase = Phase.OVER;
    if (watch != null) {
      watch.cancel();
      watch = null;
    }
    Runnable once = freed;
    freed = () -> {};
    once.run();
  }

  private Fault malformed(String what) {
    return Fault.provider(Fault.Kind.MALFORMED, name() + " sent an unreadable answer")
        .withProvider(status, Optional.empty(), Optional.of(what));
  }

  private Fault empty() {
    return Fault.provider(Fault.Kind.EMPTY_ANSWER, name() + " gave an empty answer");
  }

  private String name() {
    return making.endpoint().provider().name();
  }

  // ---------------------------------------------------------------- deadlines

  private void arm() {
    if (watch != null) {
      watch.cancel();
    }
    long now = nanos.getAsLong();
    long due = Math.min(nearest() - now, making.deadlineNanos() - now);
    watch = loop.schedule(Duration.ofNanos(Math.max(due, 1_000_000)), this::look);
  }

  private long nearest() {
    if (stoppedNanos >= 0) {
      return stoppedNanos + making.deadlines().linger().toNanos();
    }
    if (phase == Phase.SERVED) {
      long from = paused ? nanos.getAsLong() : activeNanos;
      return from + making.deadlines().idle().toNanos();
    }
    return startedNanos + making.firstToken().toNanos();
  }

  private void look() {
    watch = null;
    if (phase == Phase.OVER) {
      return;
    }
    long now = nanos.getAsLong();
    EventDecoder decoding = decoder;
    if (now >= making.deadlineNanos()) {
      broken(
          Fault.gateway(
              Fault.Kind.TOTAL_TIMEOUT, "the request's total time is over before its answer"));
    } else if (now < nearest()) {
      arm();
    } else if (stoppedNanos >= 0 && decoding != null) {
      // Every choice has ended, and the provider neither says so nor hangs up.
      Call lingering = call;
      conclude(decoding);
      if (lingering != null) {
        lingering.cancel();
      }
    } else if (phase == Phase.SERVED) {
      broken(
          Fault.provider(
              Fault.Kind.IDLE_TIMEOUT,
              name()
                  + " fell silent for "
                  + making.deadlines().idle().toMillis()
                  + " ms inside its answer"));
    } else {
      broken(
          Fault.provider(
              Fault.Kind.FIRST_TOKEN_TIMEOUT,
              name()
                  + " did not begin to answer within "
                  + making.firstToken().toMillis()
                  + " ms"));
    }
  }

  // ---------------------------------------------------------------- the source

  @Override
  public void drainTo(Sink to) {
    sink = to;
    for (Held piece : held) {
      to.events(piece.frame(), piece.events());
    }
    boolean wholeAnswer = phase == Phase.SERVED && body != null;
    held.clear();
    if (wholeAnswer) {
      over();
      if (streamFault != null) {
        to.broken(streamFault);
      } else {
        to.ended();
      }
    } else {
      arm();
    }
  }

  @Override
  public void pause() {
    paused = true;
    if (call != null && phase == Phase.SERVED) {
      call.pause();
    }
  }

  @Override
  public void resume() {
    paused = false;
    activeNanos = nanos.getAsLong();
    if (call != null && phase == Phase.SERVED) {
      call.resume();
    }
  }

  @Override
  public void cancel() {
    if (phase != Phase.OVER) {
      giveUp();
    }
  }
}
