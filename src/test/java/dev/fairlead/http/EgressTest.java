package dev.fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.http.Addresses.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where connections may go, and how they fail to get there. */
final class EgressTest {
  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8,PUBLIC",
    "1.1.1.1,PUBLIC",
    "172.15.0.1,PUBLIC",
    "172.32.0.1,PUBLIC",
    "100.63.0.1,PUBLIC",
    "100.128.0.1,PUBLIC",
    "192.169.0.1,PUBLIC",
    "223.255.255.255,PUBLIC",
    "2606:4700::1111,PUBLIC",
    "2002:0808:0808::1,PUBLIC",
    "64:ff9b::808:808,PUBLIC",
    "127.0.0.1,PRIVATE",
    "127.255.255.254,PRIVATE",
    "10.1.2.3,PRIVATE",
    "172.16.0.1,PRIVATE",
    "172.31.255.255,PRIVATE",
    "192.168.1.1,PRIVATE",
    "100.64.0.1,PRIVATE",
    "198.18.0.1,PRIVATE",
    "192.0.2.1,PRIVATE",
    "::1,PRIVATE",
    "fc00::1,PRIVATE",
    "fd12:3456::1,PRIVATE",
    "fec0::1,PRIVATE",
    "2002:0a00:0001::1,PRIVATE",
    "64:ff9b::7f00:1,PRIVATE",
    "::7f00:1,PRIVATE",
    "0.0.0.0,FORBIDDEN",
    "0.1.2.3,FORBIDDEN",
    "169.254.169.254,FORBIDDEN",
    "169.254.0.1,FORBIDDEN",
    "224.0.0.1,FORBIDDEN",
    "255.255.255.255,FORBIDDEN",
    "240.0.0.1,FORBIDDEN",
    "100.100.100.200,FORBIDDEN",
    "168.63.129.16,FORBIDDEN",
    "192.0.0.192,FORBIDDEN",
    "::,FORBIDDEN",
    "fe80::1,FORBIDDEN",
    "febf::1,FORBIDDEN",
    "ff02::1,FORBIDDEN",
    "fd00:ec2::254,FORBIDDEN",
    "::ffff:169.254.169.254,FORBIDDEN",
    "::a9fe:a9fe,FORBIDDEN",
    "64:ff9b::a9fe:a9fe,FORBIDDEN",
    "2002:a9fe:a9fe::1,FORBIDDEN",
    "2001:0:1::1,FORBIDDEN"
  })
  void addressesAreSorted(String address, Kind kind) throws Exception {
    assertThat(Addresses.kind(InetAddress.getByName(address))).isEqualTo(kind);
  }

  private TransportFault fault(Egress egress, String address) {
    NettyClient client = new NettyClient(rig.loops, egress, ClientConfig.defaults());
    return rig.call(client, Rig.get(URI.create(address))).fault();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d/", "http://localhost:%d/", "http://2130706433:%d/",
        "http://127.1:%d/", "http://[::ffff:127.0.0.1]:%d/", "http://[::1]:%d/"
      })
  void aPrivateAddressIsForTheOperatorsOriginsAlone(String address) throws Exception {
    try (FakeUpstream upstream = new FakeUpstream(c -> c.request())) {
      TransportFault fault =
          fault(new Egress(Egress.Rules.publicOnly()), address.formatted(upstream.port()));
      assertThat(fault.kind()).isIn(TransportFault.Kind.FORBIDDEN, TransportFault.Kind.DNS);
      assertThat(fault.safeToRepeat()).isTrue();
      assertThat(upstream.connections).hasValue(0);
    }
  }

  @Test
  void anOperatorsOriginIsNamedExactly() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.ok("x");
            })) {
      Origin mine = Origin.of(upstream.uri("/"));
      NettyClient client =
          new NettyClient(
              rig.loops, new Egress(new Egress.Rules(mine::equals)), ClientConfig.defaults());
      assertThat(rig.call(client, Rig.get(upstream.uri("/v1"))).text()).isEqualTo("x");
      Recorder other =
          rig.call(client, Rig.get(URI.create("http://127.0.0.2:" + upstream.port() + "/")));
      assertThat(other.fault().kind()).isEqualTo(TransportFault.Kind.FORBIDDEN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://224.0.0.1/",
        "http://[fe80::1]/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://user:secret@example.com/",
        "http:///x",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:70000/",
        "https:opaque"
      })
  void someDestinationsAreForbiddenToAll(String address) {
    TransportFault fault = fault(new Egress(new Egress.Rules(o -> true)), address);
    assertThat(fault.kind()).isEqualTo(TransportFault.Kind.FORBIDDEN);
    assertThat(fault.detail()).doesNotContain("secret");
  }

  @Test
  void theAddressThatIsCheckedIsTheOneThatIsUsed() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream(c -> c.request())) {
      AtomicInteger asked = new AtomicInteger();
      NameService rebinding =
          host -> {
            asked.incrementAndGet();
            return List.of(InetAddress.getByName("127.0.0.1"));
          };
      Egress egress = new Egress(Egress.Rules.publicOnly(), rebinding, List.of());
      assertThat(fault(egress, "http://public.example:" + upstream.port() + "/").kind())
          .isEqualTo(TransportFault.Kind.FORBIDDEN);
      assertThat(asked).hasValue(1);
      assertThat(upstream.connections).hasValue(0);
    }
  }

  @Test
  void anUnknownNameIsADnsFault() {
    NameService none =
        host -> {
          throw new UnknownHostException(host);
        };
    NameService empty = host -> List.of();
    for (NameService service : List.of(none, empty)) {
      Egress egress = new Egress(new Egress.Rules(o -> true), service, List.of());
      TransportFault fault = fault(egress, "http://nowhere.example/");
      assertThat(fault.kind()).isEqualTo(TransportFault.Kind.DNS);
      assertThat(fault.detail()).contains("nowhere.example");
      assertThat(fault.safeToRepeat()).isTrue();
    }
  }

  @Test
  void aSilentResolverIsBoundByTheConnectTimeout() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    NameService silent =
        host -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return List.of();
        };
    Egress egress = new Egress(new Egress.Rules(o -> true), silent, List.of());
    NettyClient client = new NettyClient(rig.loops, egress, ClientConfig.defaults());
    Recorder call =
        rig.call(
            client,
            new UpstreamRequest(
                "GET",
                URI.create("http://silent.example/"),
                Headers.NONE,
                new byte[0],
                Duration.ofMillis(100)));
    assertThat(call.fault().kind()).isEqualTo(TransportFault.Kind.DNS);
    never.countDown();
  }

  @Test
  void anOldAnswerServesForAnHourWhenTheResolverFails() throws Exception {
    AtomicLong now = new AtomicLong(1);
    AtomicBoolean broken = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    NameService service =
        host -> {
          asked.incrementAndGet();
          if (broken.get()) {
            throw new UnknownHostException(host);
          }
          return List.of(InetAddress.getByName("127.0.0.1"));
        };
    Names names = new Names(service);
    try (Loops loops = Loops.start(1, InstantSource.system(), now::get)) {
      assertThat(find(names, loops)).hasSize(1);
      now.addAndGet(TimeUnit.SECONDS.toNanos(29));
      assertThat(find(names, loops)).hasSize(1);
      assertThat(asked).hasValue(1);
      broken.set(true);
      now.addAndGet(TimeUnit.SECONDS.toNanos(2));
      assertThat(find(names, loops)).hasSize(1);
      assertThat(asked).hasValue(2);
      now.addAndGet(TimeUnit.MINUTES.toNanos(59));
      assertThat(find(names, loops)).hasSize(1);
      now.addAndGet(TimeUnit.MINUTES.toNanos(1));
      assertThat(find(names, loops)).isEmpty();
    }
  }

  @Test
  void anOldAnswerServesWhenTheResolverIsSilent() throws Exception {
    AtomicLong now = new AtomicLong(1);
    AtomicBoolean silent = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    Names names =
        new Names(
            host -> {
              try {
                if (silent.get()) {
                  never.await();
                }
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return List.of(InetAddress.getByName("127.0.0.1"));
            });
    try (Loops loops = Loops.start(1, InstantSource.system(), now::get)) {
      assertThat(find(names, loops)).hasSize(1);
      silent.set(true);
      now.addAndGet(TimeUnit.MINUTES.toNanos(5));
      assertThat(find(names, loops)).hasSize(1);
      never.countDown();
    }
  }

  private static List<InetAddress> find(Names names, Loops loops) throws Exception {
    NettyLoop loop = loops.own(loops.next());
    CountDownLatch done = new CountDownLatch(1);
    List<InetAddress> result = new ArrayList<>();
    loop.execute(
        () ->
            names.find(
                "x.example",
                loop,
                Duration.ofMillis(50),
                (addresses, failure) -> {
                  result.addAll(addresses);
                  done.countDown();
                }));
    assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
    return result;
  }

  @Test
  void aClosedPortIsRefusedAndTheNextAddressIsTried() throws Exception {
    int closed;
    try (ServerSocket probe = new ServerSocket(0)) {
      closed = probe.getLocalPort();
    }
    Egress egress = new Egress(new Egress.Rules(o -> true));
    TransportFault fault = fault(egress, "http://127.0.0.1:" + closed + "/");
    assertThat(fault.kind()).isEqualTo(TransportFault.Kind.CONNECT_REFUSED);
    assertThat(fault.safeToRepeat()).isTrue();
    try (FakeUpstream upstream =
        new FakeUpstream(
            c -> {
              c.request();
              c.ok("x");
            })) {
      NameService two =
          host -> List.of(InetAddress.getByName("127.0.0.3"), InetAddress.getByName("127.0.0.1"));
      NettyClient client =
          new NettyClient(
              rig.loops,
              new Egress(new Egress.Rules(o -> true), two, List.of()),
              ClientConfig.defaults());
      URI uri = URI.create("http://two.example:" + upstream.port() + "/");
      assertThat(rig.call(client, Rig.get(uri)).text()).isEqualTo("x");
      assertThat(upstream.requests.getFirst()).contains("host: two.example:" + upstream.port());
    }
  }

  @Test
  void aFullBacklogEndsWithTheConnectTimeout() throws Exception {
    List<Socket> fillers = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort());
      boolean refuses = false;
      while (!refuses && fillers.size() < 50) {
        Socket filler = new Socket();
        fillers.add(filler);
        try {
          filler.connect(address, 200);
        } catch (java.net.SocketTimeoutException e) {
          refuses = true;
        }
      }
      assertThat(refuses).isTrue();
      NettyClient client = rig.client();
      long start = System.nanoTime();
      Recorder call =
          rig.call(
              client,
              new UpstreamRequest(
                  "GET",
                  URI.create("http://127.0.0.1:" + full.getLocalPort() + "/"),
                  Headers.NONE,
                  new byte[0],
                  Duration.ofMillis(300)));
      assertThat(call.fault().kind()).isEqualTo(TransportFault.Kind.CONNECT_TIMEOUT);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  @Test
  void aCallIsRefusedOffItsLoopAndOnAForeignLoop() {
    NettyClient client = rig.client();
    UpstreamRequest request = Rig.get(URI.create("http://127.0.0.1/"));
    assertThatThrownBy(() -> client.send(request, rig.loops.next(), new Recorder()))
        .isInstanceOf(IllegalStateException.class);
    try (Loops other = Loops.start(1, InstantSource.system(), System::nanoTime)) {
      assertThatThrownBy(() -> client.send(request, other.next(), new Recorder()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
