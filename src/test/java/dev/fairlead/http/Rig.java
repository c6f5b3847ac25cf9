package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Loops with a server, a client, or both, for one test. */
final class Rig implements AutoCloseable {
  static final Headers TEXT = Headers.of("content-type", "text/plain");

  final Loops loops = Loops.start(1, InstantSource.system(), System::nanoTime);
  final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  static ServerConfig config() {
    return ServerConfig.on("127.0.0.1", 0);
  }

  HttpServer serve(ServerConfig config, Handler handler) throws IOException {
    HttpServer server =
        HttpServer.start(
            config,
            loops,
            (request, responder) -> {
              seen.add(request.method() + " " + request.path());
              handler.handle(request, responder);
            });
    servers.add(server);
    return server;
  }

  /** A server that answers with the path and the body. */
  HttpServer echo(ServerConfig config) throws IOException {
    return serve(
        config,
        (request, responder) ->
            responder.whole(
                200,
                TEXT,
                (request.path() + "|" + new String(request.body(), UTF_8)).getBytes(UTF_8)));
  }

  NettyClient client() {
    return client(ClientConfig.defaults());
  }

  NettyClient client(ClientConfig config) {
    return new NettyClient(loops, new Egress(new Egress.Rules(o -> true)), config);
  }

  static UpstreamRequest get(URI uri) {
    return request("GET", uri, new byte[0]);
  }

  static UpstreamRequest post(URI uri, String body) {
    return request("POST", uri, body.getBytes(UTF_8));
  }

  static UpstreamRequest request(String method, URI uri, byte[] body) {
    return new UpstreamRequest(method, uri, Headers.NONE, body, Duration.ofSeconds(3));
  }

  /** Sends on a loop and gives the call back. */
  Call send(UpstreamClient client, UpstreamRequest request, UpstreamListener listener) {
    Loop loop = loops.next();
    AtomicReference<Call> call = new AtomicReference<>();
    onLoop(loop, () -> call.set(client.send(request, loop, listener)));
    return Objects.requireNonNull(call.get());
  }

  Recorder call(UpstreamClient client, UpstreamRequest request) {
    Recorder recorder = new Recorder();
    send(client, request, recorder);
    return recorder.await();
  }

  void onLoop(Runnable task) {
    onLoop(loops.next(), task);
  }

  private static void onLoop(Loop loop, Runnable task) {
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    loop.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | AssertionError e) {
            thrown.set(e);
          }
          done.countDown();
        });
    try {
      if (!done.await(10, java.util.concurrent.TimeUnit.SECONDS)) {
        throw new AssertionError("the loop is stuck");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (thrown.get() != null) {
      throw new AssertionError(thrown.get());
    }
  }

  @Override
  public void close() {
    servers.forEach(HttpServer::close);
    loops.close();
  }
}
