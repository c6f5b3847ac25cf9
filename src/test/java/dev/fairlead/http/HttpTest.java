package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The server and the client, end to end over loopback. */
final class HttpTest {
  @Test
  void aRequestIsRelayedThroughServerAndClientOnOneLoop() throws Exception {
    for (boolean epoll : List.of(true, false)) {
      try (Loops loops = Loops.start(2, InstantSource.system(), System::nanoTime, epoll);
          FakeUpstream upstream =
              new FakeUpstream(
                  c -> {
                    while (true) {
                      c.request();
                      c.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
                      c.send("5\r\nhello\r\n");
                      c.send("6\r\n world\r\n0\r\n\r\n");
                    }
                  })) {
        NettyClient client =
            new NettyClient(
                loops, new Egress(new Egress.Rules(o -> true)), ClientConfig.defaults());
        Handler relay =
            (request, responder) -> {
              ResponseStream[] out = new ResponseStream[1];
              client.send(
                  new UpstreamRequest(
                      "POST",
                      upstream.uri("/v1"),
                      Headers.NONE,
                      request.body(),
                      Duration.ofSeconds(2)),
                  responder.loop(),
                  new UpstreamListener() {
                    @Override
                    public void sent(boolean reusedConnection) {}

                    @Override
                    public void head(int status, Headers headers) {
                      out[0] = responder.open(status, headers);
                    }

                    @Override
                    public void body(byte[] bytes) {
                      out[0].write(bytes);
                    }

                    @Override
                    public void end() {
                      out[0].end();
                    }

                    @Override
                    public void failed(TransportFault fault) {
                      responder.whole(502, Headers.NONE, fault.detail().getBytes(UTF_8));
                    }
                  });
            };
        try (HttpServer server = HttpServer.start(ServerConfig.on("127.0.0.1", 0), loops, relay);
            RawClient caller = new RawClient(server.port())) {
          for (int i = 0; i < 3; i++) {
            caller.send("POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}");
            RawClient.Reply reply = caller.read();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("hello world");
          }
          assertThat(upstream.connections.get()).isEqualTo(1);
          assertThat(upstream.requests.getFirst()).endsWith("{}").startsWith("POST /v1 HTTP/1.1");
        }
      }
    }
  }
}
