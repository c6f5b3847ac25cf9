package dev.fairlead.failover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider of bytes: for what no honest HTTP server, and no simulator of one, would send. */
final class RawUpstream implements AutoCloseable {
  /** Serves one connection; it is closed afterwards. */
  interface Script {
    void play(Socket connection, int number) throws Exception;
  }

  static final String CHUNK =
      "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi \"},\"finish_reason\":null}]}\n\n";
  static final String LAST =
      "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
  static final String WHOLE =
      "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{"
          + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi there\"},"
          + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
          + "\"total_tokens\":3}}";
  static final String STREAM_HEAD =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

  private final ServerSocket server;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Exception> surprises = new CopyOnWriteArrayList<>();

  RawUpstream(Script script) {
    this(plain(), script);
  }

  RawUpstream(ServerSocket listening, Script script) {
    server = listening;
    Thread.ofVirtual().start(() -> accept(script));
  }

  private static ServerSocket plain() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        int number = connections.incrementAndGet();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (connection) {
                    script.play(connection, number);
                  } catch (Exception e) {
                    surprises.add(e); // the other side went away, which is often the point
                  }
                });
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  static String whole(int status, String more, String body) {
    return "HTTP/1.1 "
        + status
        + " X\r\ncontent-type: application/json\r\ncontent-length: "
        + body.getBytes(UTF_8).length
        + "\r\n"
        + more
        + "\r\n"
        + body;
  }

  static void say(Socket connection, String bytes) throws IOException {
    connection.getOutputStream().write(bytes.getBytes(UTF_8));
    connection.getOutputStream().flush();
  }

  /** Reads one request with a stated length; false when the connection ended first. */
  static boolean request(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int one = in.read();
      if (one < 0) {
        return false;
      }
      head.append((char) one);
    }
    String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
    int at = lower.indexOf("content-length:");
    int length =
        at < 0 ? 0 : Integer.parseInt(lower.substring(at + 15, lower.indexOf('\r', at)).strip());
    return in.readNBytes(length).length == length;
  }

  static String ascii(byte[] bytes) {
    return new String(bytes, US_ASCII);
  }

  int connections() {
    return connections.get();
  }

  String origin(String scheme) {
    return scheme + "://127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
