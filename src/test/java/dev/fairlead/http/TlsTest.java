package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.TransportFault.Kind;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to providers, with the native engine and with the JDK's. */
final class TlsTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private NettyClient client(boolean nativeEngine) throws Exception {
    try (InputStream pem = resource("ca.pem")) {
      X509Certificate root =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
      Egress egress =
          new Egress(
              new Egress.Rules(o -> true),
              NameService.SYSTEM,
              Tls.client(List.of(root), nativeEngine));
      return new NettyClient(rig.loops, egress, ClientConfig.defaults());
    }
  }

  private static InputStream resource(String name) {
    InputStream in = TlsTest.class.getResourceAsStream("/http/" + name);
    if (in == null) {
      throw new AssertionError("no resource " + name);
    }
    return in;
  }

  private static SSLServerSocket listener(String store) throws Exception {
    return (SSLServerSocket)
        context(store)
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static SSLContext context(String store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = resource(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static FakeUpstream upstream(String store) throws Exception {
    return new FakeUpstream(
        listener(store),
        c -> {
          while (true) {
            c.request();
            c.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
          }
        });
  }

  private static UpstreamRequest get(int port) {
    return Rig.get(URI.create("https://localhost:" + port + "/"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTrustedProviderIsReachedAndItsConnectionReused(boolean nativeEngine) throws Exception {
    NettyClient client = client(nativeEngine);
    try (FakeUpstream upstream = upstream("good.p12")) {
      assertThat(rig.call(client, get(upstream.port())).text()).isEqualTo("hi");
      assertThat(rig.call(client, get(upstream.port())).order()).isEqualTo("reused head end");
      UpstreamRequest large =
          Rig.request(
              "POST",
              URI.create("https://127.0.0.1:" + upstream.port() + "/"),
              new byte[2_000_000]);
      assertThat(rig.call(client, large).text()).isEqualTo("hi");
      assertThat(upstream.requests.getLast()).hasSizeGreaterThan(2_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void badCertificatesAreRefusedBeforeAByteOfTheRequest(boolean nativeEngine) throws Exception {
    NettyClient client = client(nativeEngine);
    for (String store : List.of("wrong-name.p12", "expired.p12", "unknown.p12")) {
      try (FakeUpstream upstream = upstream(store)) {
        Recorder call = rig.call(client, get(upstream.port()));
        assertThat(call.fault().kind()).as(store).isEqualTo(Kind.TLS);
        assertThat(call.fault().safeToRepeat()).isTrue();
        assertThat(call.fault().detail()).contains("localhost").doesNotContain("BEGIN");
        assertThat(call.order()).isEqualTo("failed");
        assertThat(upstream.requests).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBrokenHandshakeIsATlsFault(boolean nativeEngine) throws Exception {
    NettyClient client = client(nativeEngine);
    FakeUpstream.Script cut = c -> c.socket().getInputStream().readNBytes(20);
    FakeUpstream.Script plain =
        c -> {
          c.send("HTTP/1.1 400 Bad Request\r\n\r\n");
          c.ends();
        };
    for (FakeUpstream.Script script : List.of(cut, plain)) {
      try (FakeUpstream upstream = new FakeUpstream(script)) {
        assertThat(rig.call(client, get(upstream.port())).fault().kind()).isEqualTo(Kind.TLS);
      }
    }
    try (SSLServerSocket old = listener("good.p12")) {
      old.setEnabledProtocols(new String[] {"TLSv1.1"});
      try (FakeUpstream upstream = new FakeUpstream(old, c -> c.request())) {
        assertThat(rig.call(client, get(upstream.port())).fault().kind()).isEqualTo(Kind.TLS);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSilentHandshakeEndsWithTheConnectTimeout(boolean nativeEngine) throws Exception {
    NettyClient client = client(nativeEngine);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      UpstreamRequest request = get(silent.getLocalPort());
      Recorder call =
          rig.call(
              client,
              new UpstreamRequest(
                  "GET", request.uri(), Headers.NONE, new byte[0], Duration.ofMillis(200)));
      assertThat(call.fault().kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
      assertThat(call.fault().detail()).contains("TLS");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndWithoutATlsFarewellIsNoEndOfABody(boolean nativeEngine) throws Exception {
    NettyClient client = client(nativeEngine);
    SSLContext context = context("good.p12");
    for (boolean farewell : new boolean[] {true, false}) {
      FakeUpstream.Script script =
          c -> {
            SSLSocket tls =
                (SSLSocket)
                    context
                        .getSocketFactory()
                        .createSocket(c.socket(), "localhost", c.socket().getPort(), false);
            tls.setUseClientMode(false);
            new FakeUpstream.Conversation(c.home(), tls).request();
            tls.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nhello".getBytes(UTF_8));
            if (farewell) {
              tls.close();
            }
          };
      try (FakeUpstream upstream = new FakeUpstream(script)) {
        Recorder call = rig.call(client, get(upstream.port()));
        assertThat(call.text()).isEqualTo("hello");
        assertThat(call.order()).isEqualTo("fresh head " + (farewell ? "end" : "failed"));
      }
    }
  }
}
