package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.admin.CredentialOperations;
import dev.fairlead.http.Call;
import dev.fairlead.http.ClientConfig;
import dev.fairlead.http.Egress;
import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.Loops;
import dev.fairlead.http.NettyClient;
import dev.fairlead.http.Origin;
import dev.fairlead.http.TransportFault;
import dev.fairlead.http.UpstreamListener;
import dev.fairlead.http.UpstreamRequest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Calls and waits for the whole answer, on whatever thread may block. Safe for all threads but the
 * loops.
 */
final class Caller implements AutoCloseable {
  /** What came back. */
  record Answer(int status, Headers headers, byte[] body) {}

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration PROBE = Duration.ofSeconds(20);

  private final Loops loops;
  private final boolean own;
  private final NettyClient client;

  private Caller(Loops loops, boolean own, Predicate<Origin> inside, long maxBytes) {
    this.loops = loops;
    this.own = own;
    ClientConfig usual = ClientConfig.defaults();
    this.client =
        new NettyClient(
            loops,
            new Egress(new Egress.Rules(inside)),
            new ClientConfig(
                usual.maxConnections(),
                usual.maxIdle(),
                usual.maxQueued(),
                usual.idleTimeout(),
                usual.maxHeadBytes(),
                usual.maxHeaders(),
                maxBytes));
  }

  /** For one address, which somebody wrote on the command line and which may thus be inside. */
  static Caller towards(URI address, long maxBytes) throws Failure {
    Origin named;
    try {
      named = Origin.of(address);
    } catch (IllegalArgumentException e) {
      throw new Failure(Main.USAGE, address + ": " + e.getMessage());
    }
    Loops loops = Loops.start(1, InstantSource.system(), System::nanoTime);
    return new Caller(loops, true, named::equals, maxBytes);
  }

  /** For calls to this very machine, on loops that somebody else ends. */
  static Caller within(Loops loops, long maxBytes) {
    return new Caller(loops, false, origin -> true, maxBytes);
  }

  /** For calls to providers, on loops that somebody else ends. */
  static Caller through(Loops loops, Predicate<Origin> inside, long maxBytes) {
    return new Caller(loops, false, inside, maxBytes);
  }

  /** The status that a provider answers a look-up with. */
  int status(URI address, Headers headers) throws CredentialOperations.Unreachable {
    try {
      return call("GET", address, headers, "", PROBE).status();
    } catch (Failure e) {
      throw new CredentialOperations.Unreachable(String.valueOf(e.getMessage()));
    }
  }

  static URI address(String text) throws Failure {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(Main.USAGE, "`" + text + "` is no address");
    }
  }

  /**
   * @param patience for everything, from name look-up to the last byte
   */
  Answer call(String method, URI address, Headers headers, String body, Duration patience)
      throws Failure {
    Waiting waiting = new Waiting();
    AtomicReference<Call> call = new AtomicReference<>();
    UpstreamRequest request =
        new UpstreamRequest(method, address, headers, body.getBytes(UTF_8), CONNECT);
    Loop loop = loops.next();
    loop.execute(() -> call.set(client.send(request, loop, waiting)));
    try {
      return waiting.answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      loop.execute(
          () -> {
            Call late = call.get();
            if (late != null) {
              late.cancel();
            }
          });
      throw new Failure(
          Main.UPSTREAM, address + " did not answer within " + patience.toSeconds() + " s");
    } catch (ExecutionException e) {
      String why = e.getCause() == null ? "" : String.valueOf(e.getCause().getMessage());
      throw new Failure(Main.UPSTREAM, address + " cannot be called: " + why);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Main.FAILURE, "interrupted");
    }
  }

  @Override
  public void close() {
    if (own) {
      loops.close();
    }
  }

  /** Gathers the answer. Confined to its loop. */
  private static final class Waiting implements UpstreamListener {
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int status;
    private Headers headers = Headers.NONE;

    @Override
    public void sent(boolean reusedConnection) {
      bytes.reset();
    }

    @Override
    public void head(int newStatus, Headers newHeaders) {
      status = newStatus;
      headers = newHeaders;
    }

    @Override
    public void body(byte[] piece) {
      bytes.writeBytes(piece);
    }

    @Override
    public void end() {
      answer.complete(new Answer(status, headers, bytes.toByteArray()));
    }

    @Override
    public void failed(TransportFault fault) {
      answer.completeExceptionally(new java.io.IOException(fault.detail()));
    }
  }
}
