package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider made of bare sockets, whose answers are a script. */
final class FakeUpstream implements AutoCloseable {
  /** What happens to one connection. */
  interface Script {
    void run(Conversation conversation) throws Exception;
  }

  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  final List<String> requests = new CopyOnWriteArrayList<>();

  FakeUpstream(Script script) throws IOException {
    this(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), script);
  }

  FakeUpstream(ServerSocket listener, Script script) {
    this.listener = listener;
    Thread.ofVirtual().start(() -> accept(script));
  }

  private void accept(Script script) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(() -> talk(socket, script));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void talk(Socket socket, Script script) {
    try (socket) {
      script.run(new Conversation(this, socket));
    } catch (Exception e) {
      // The other side went away, or the script wanted it so.
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** One connection, seen from the provider. */
  static final class Conversation {
    private final FakeUpstream home;
    private final Socket socket;
    private final InputStream in;

    Conversation(FakeUpstream home, Socket socket) throws IOException {
      this.home = home;
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    FakeUpstream home() {
      return home;
    }

    Socket socket() {
      return socket;
    }

    /** Reads one request with its body. */
    String request() throws IOException {
      StringBuilder head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          throw new IOException("closed");
        }
        head.append((char) b);
      }
      String lower = head.toString().toLowerCase(Locale.ROOT);
      int at = lower.indexOf("content-length: ");
      int length = at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
      String text = head + new String(in.readNBytes(length), ISO_8859_1);
      home.requests.add(text);
      return text;
    }

    Conversation send(String text) throws IOException {
      return send(text.getBytes(ISO_8859_1));
    }

    Conversation send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    }

    Conversation ok(String body) throws IOException {
      return send("HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Whether the gateway ends the connection. */
    boolean ends() {
      try {
        return in.read() < 0;
      } catch (IOException e) {
        return true;
      }
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
