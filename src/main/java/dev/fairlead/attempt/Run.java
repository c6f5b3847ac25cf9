package dev.fairlead.attempt;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Edit;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Loss;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.config.TimeoutsConfig;
import dev.fairlead.http.Loop;
import dev.fairlead.http.UpstreamRequest;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.limit.FairQueue;
import dev.fairlead.protocol.Codec;
import dev.fairlead.protocol.Target;
import dev.fairlead.provider.Prepared;
import dev.fairlead.route.Leg;
import dev.fairlead.wire.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one exchange, one after another, down the plan. Confined to the exchange's loop.
 */
public final class Run implements Try.Owner {
  /** How long somebody waits until this node has heard whether another endpoint has room. */
  private static final Duration AT_THE_GATE = Duration.ofSeconds(1);

  private static final Duration ASK_AGAIN = Duration.ofMillis(20);

  private final Attempts shared;
  private final Errand errand;
  private final Loop loop;
  private final Attempts.Listener listener;
  private final List<Try> tries = new ArrayList<>();
  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private List<Loss> losses = List.of();
  private byte[] sentBody = new byte[0];

  private int at = -1;
  private int triesHere;
  private boolean over;
  private boolean last;
  private boolean prefill;
  private Optional<Text> soFar = Optional.empty();
  private Optional<Fault> broke = Optional.empty();
  private @Nullable Try current;
  private Loop.@Nullable Timer pause;
  private FairQueue.@Nullable Ticket turn;

  Run(Attempts shared, Errand errand, Loop loop, Attempts.Listener listener) {
    this.shared = shared;
    this.errand = errand;
    this.loop = loop;
    this.listener = listener;
  }

  /** The calls made so far, in order. */
  public List<Source> tried() {
    return List.copyOf(tries);
  }

  public List<AttemptRecord> records() {
    return tries.stream().map(Try::record).toList();
  }

  /** The body that went out last. */
  public byte[] sentBody() {
    return sentBody;
  }

  /** What the request that was answered could not carry. */
  public List<Loss> losses() {
    return losses;
  }

  /** The endpoint that is being called now, or is answering. */
  public Optional<Endpoint> calling() {
    boolean waits = over || pause != null || turn != null;
    return waits ? Optional.empty() : Optional.ofNullable(current).map(Try::endpoint);
  }

  /** The caller is gone: what is under way may come to its end, and nobody else is asked. */
  public void hearOut() {
    last = true;
  }

  /** The caller is gone: whatever is under way is given up. */
  public void cancel() {
    over = true;
    if (pause != null) {
      pause.cancel();
    }
    if (turn != null) {
      turn.end();
      turn = null;
    }
    if (current != null) {
      current.cancel();
    }
  }

  /**
   * A stream broke after its commit point: find another endpoint that goes on from the text so far.
   * The listener is told as at the beginning; false when there is nobody left.
   */
  public boolean resume(Text textSoFar, Fault why) {
    Try broken = current;
    if (over || last || broken == null) {
      return false;
    }
    errand.health().failed(broken.endpoint(), credential(), why);
    note(broken.endpoint(), why);
    soFar = Optional.of(textSoFar);
    broke = broke.or(() -> Optional.of(why));
    if (!anyLeft() || tries.size() >= shared.rule().maxTries()) {
      return false;
    }
    broken.decided("continue");
    next();
    return true;
  }

  /** Goes to the next endpoint of the plan that may be called. */
  void next() {
    triesHere = 0;
    while (++at < errand.legs().size()) {
      Endpoint endpoint = here();
      if (tooSmall(endpoint) || useless(endpoint)) {
        continue;
      }
      // The last one is called even when its breaker is open: a late answer beats a refusal.
      boolean last = tries.isEmpty() && at == errand.legs().size() - 1;
      if (errand.health().admits(endpoint) || last) {
        prefill = soFar.filter(text -> !text.isEmpty()).isPresent() && takesPrefill(endpoint);
        enter(endpoint, shared.nanos().getAsLong() + AT_THE_GATE.toNanos());
        return;
      }
    }
    exhausted();
  }

  /** Calls it if its own limits let it. */
  private void enter(Endpoint endpoint, long until) {
    switch (errand.gate().ask(endpoint)) {
      case Gate.Open open -> call(endpoint);
      case Gate.Shut(Fault why) -> pass(endpoint, why);
      case Gate.Later(Fault otherwise) -> {
        if (until - shared.nanos().getAsLong() <= 0) {
          pass(endpoint, otherwise);
          return;
        }
        pause =
            loop.schedule(
                ASK_AGAIN,
                () -> {
                  pause = null;
                  if (!over) {
                    enter(endpoint, until);
                  }
                });
      }
    }
  }

  /** Goes on without it. */
  private void pass(Endpoint endpoint, Fault why) {
    note(endpoint, why);
    next();
  }

  private Endpoint here() {
    return errand.legs().get(at).endpoint();
  }

  /** The name of the credential that is shown now. */
  private String credential() {
    return at < 0 || at >= errand.legs().size() ? "" : errand.legs().get(at).rank().credential();
  }

  /** True when another credential cannot help: the endpoint failed for another reason. */
  private boolean useless(Endpoint endpoint) {
    Fault fault = faults.get(endpoint.id());
    return fault != null
        && switch (fault.kind()) {
          case BAD_CREDENTIAL, RATE_LIMITED, QUOTA_EXHAUSTED -> false;
          default -> true;
        };
  }

  /** True when an endpoint of at least this context has already found the prompt too long. */
  private boolean tooSmall(Endpoint endpoint) {
    for (Leg leg : errand.legs().subList(0, at)) {
      Endpoint tried = leg.endpoint();
      Fault fault = faults.get(tried.id());
      if (fault != null
          && fault.kind() == Fault.Kind.CONTEXT_LENGTH
          && tried.model().equals(endpoint.model())
          && tried.contextLength() >= endpoint.contextLength()) {
        return true;
      }
    }
    return false;
  }

  private static boolean takesPrefill(Endpoint endpoint) {
    return endpoint.anyParameter() || endpoint.traits().contains(Target.Trait.PREFILL);
  }

  private void call(Endpoint endpoint) {
    triesHere++;
    Codec codec = shared.codecs().get(endpoint.dialect());
    if (codec == null) {
      failedBeforeCall(
          endpoint,
          "the dialect " + endpoint.dialect().id() + " is not spoken by this gateway yet");
      return;
    }
    List<Edit> edits = new ArrayList<>(errand.edits());
    if (prefill) {
      soFar.ifPresent(
          text ->
              edits.add(
                  new Edit(
                      "gateway",
                      "the answer broke off and is continued",
                      new Edit.Change.AppendAssistant(text))));
    }
    Render.Rendered rendered = Render.render(errand.inbound(), codec, endpoint, edits);
    losses = rendered.losses();
    sentBody = rendered.body();
    Optional<Prepared> prepared =
        shared.providers().prepare(endpoint, credential(), stream(), errand.passOn());
    if (prepared.isEmpty()) {
      failedBeforeCall(endpoint, endpoint.provider().name() + " has no credential here");
      return;
    }
    Prepared ready = prepared.get();
    Optional<Queues.Line> line = shared.queues().before(endpoint.provider().slug());
    if (line.isEmpty()) {
      send(endpoint, codec, rendered, ready, () -> {});
    } else {
      waitFor(line.get(), endpoint, codec, rendered, ready);
    }
  }

  /** The provider allows only so many calls at once, and others may be before this one. */
  private void waitFor(
      Queues.Line line, Endpoint endpoint, Codec codec, Render.Rendered rendered, Prepared ready) {
    Duration patience = line.config().patience();
    FairQueue.Ticket ticket =
        line.queue()
            .ask(
                line.tenant(errand.key()),
                1,
                1,
                loop::execute,
                outcome -> hear(outcome, endpoint, codec, rendered, ready));
    turn = ticket;
    loop.schedule(patience.plusMillis(1), line.queue()::expire);
  }

  private void hear(
      FairQueue.Outcome outcome,
      Endpoint endpoint,
      Codec codec,
      Render.Rendered rendered,
      Prepared ready) {
    FairQueue.Ticket mine = turn;
    if (over || mine == null) {
      return; // it was given back when the caller left
    }
    turn = null;
    if (outcome == FairQueue.Outcome.GRANTED) {
      send(endpoint, codec, rendered, ready, mine::end);
      return;
    }
    pass(
        endpoint,
        Fault.gateway(
                Fault.Kind.RATE_LIMITED,
                outcome == FairQueue.Outcome.FULL
                    ? "Too many calls wait for " + endpoint.provider().name() + "."
                    : "No call to " + endpoint.provider().name() + " became free in time.")
            .withRetryAfter(Optional.of(Duration.ofSeconds(1))));
  }

  private void send(
      Endpoint endpoint, Codec codec, Render.Rendered rendered, Prepared ready, Runnable freed) {
    Try making =
        new Try(
            new Try.Making(
                endpoint,
                credential(),
                codec,
                stream(),
                rendered.spliced(),
                firstToken(),
                shared.deadlines(),
                errand.beganNanos(),
                deadline(),
                shared.maxBody()),
            loop,
            shared.nanos(),
            this,
            freed);
    tries.add(making);
    current = making;
    UpstreamRequest request =
        new UpstreamRequest(
            "POST", ready.uri(), ready.headers(), rendered.body(), shared.deadlines().connect());
    making.begin(shared.client().send(request, loop, making));
  }

  private void failedBeforeCall(Endpoint endpoint, String message) {
    pass(endpoint, Fault.gateway(Fault.Kind.BAD_CREDENTIAL, message));
  }

  private boolean stream() {
    return errand.inbound().request().stream();
  }

  private Duration firstToken() {
    TimeoutsConfig deadlines = shared.deadlines();
    if (!anyLeft()) {
      return stream() ? deadlines.lastFirstToken() : deadlines.total();
    }
    if (!stream()) {
      return deadlines.whole();
    }
    return errand.thinks() ? deadlines.firstTokenReasoning() : deadlines.firstToken();
  }

  private long deadline() {
    return errand.beganNanos() + shared.deadlines().total().toNanos();
  }

  private boolean anyLeft() {
    return at + 1 < errand.legs().size();
  }

  // ---------------------------------------------------------------- what the tries tell

  @Override
  public void served(Try served) {
    errand.health().served(served.endpoint(), served.firstTokenMillis());
    listener.streaming(served, prefill);
  }

  @Override
  public void whole(Try served, byte[] body, List<ChatEvent> events) {
    errand.health().served(served.endpoint(), served.firstTokenMillis());
    listener.whole(served, body, events);
  }

  @Override
  public void failed(Try failed, Fault fault, boolean unprocessed) {
    if (over) {
      return;
    }
    Endpoint endpoint = failed.endpoint();
    if (prefill && !last && refusesPrefill(fault)) {
      // It takes no beginning of its answer from us: start it afresh, and compare.
      prefill = false;
      failed.decided("same");
      call(endpoint);
      return;
    }
    errand.health().failed(endpoint, credential(), fault);
    note(endpoint, fault);
    switch (step(fault, unprocessed)) {
      case RetryRule.Step.Same(Duration after) -> {
        failed.decided("same");
        pause = loop.schedule(after, () -> again(endpoint));
      }
      case RetryRule.Step.Next() -> {
        failed.decided("next");
        next();
      }
      case RetryRule.Step.Stop() -> {
        failed.decided("stop");
        give(named(endpoint, fault));
      }
    }
  }

  private void note(Endpoint endpoint, Fault fault) {
    faults.put(endpoint.id(), named(endpoint, fault));
  }

  private static Fault named(Endpoint endpoint, Fault fault) {
    return fault.by(endpoint.provider().name());
  }

  /** True when what the endpoint dislikes may be what we added, and not what the caller said. */
  private static boolean refusesPrefill(Fault fault) {
    boolean refused = fault.providerStatus() == 400 || fault.providerStatus() == 422;
    return refused && fault.kind() != Fault.Kind.CONTENT_POLICY;
  }

  private RetryRule.Step step(Fault fault, boolean unprocessed) {
    if (last) {
      return new RetryRule.Step.Stop();
    }
    long left = deadline() - shared.nanos().getAsLong();
    RetryRule.Step step =
        shared
            .rule()
            .decide(
                new RetryRule.Situation(
                    fault,
                    unprocessed,
                    triesHere,
                    tries.size(),
                    sameModelLeft(),
                    anyLeft(),
                    Duration.ofNanos(left),
                    shared.random().nextDouble()));
    // Only repetitions add load to what is failing: another endpoint has not been asked yet.
    if (step instanceof RetryRule.Step.Same && !shared.budget().spend()) {
      return anyLeft() ? new RetryRule.Step.Next() : new RetryRule.Step.Stop();
    }
    return step;
  }

  private void again(Endpoint endpoint) {
    pause = null;
    if (!over) {
      call(endpoint);
    }
  }

  private boolean sameModelLeft() {
    String model = here().model();
    return errand.legs().subList(at + 1, errand.legs().size()).stream()
        .anyMatch(leg -> leg.endpoint().model().equals(model));
  }

  private void exhausted() {
    give(
        faults.isEmpty()
            ? Fault.gateway(
                Fault.Kind.EXHAUSTED, "every endpoint of the request's models is out of order now")
            : faults.values().iterator().next());
  }

  private void give(Fault last) {
    over = true;
    // Of an answer that had begun, the caller is told why it broke, not why nobody could mend it.
    listener.failed(broke.orElseGet(() -> Verdicts.summary(faults, last)));
  }
}
