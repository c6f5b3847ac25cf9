package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A caller made of a bare socket: sends any bytes, and reads answers strictly. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  RawClient(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new java.net.InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(5000);
    socket.setTcpNoDelay(true);
  }

  record Reply(int status, String head, String body) {
    boolean has(String field) {
      return head.toLowerCase(java.util.Locale.ROOT).contains(field);
    }
  }

  Socket socket() {
    return socket;
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** One answer to a request that was not HEAD. */
  Reply read() throws IOException {
    return read(true);
  }

  Reply read(boolean hasBody) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed inside the head: [" + head + "]");
      }
      head.append((char) b);
    }
    String text = head.toString();
    int status = Integer.parseInt(text.substring(9, 12));
    if (!hasBody || status == 204 || status == 304 || status < 200) {
      return new Reply(status, text, "");
    }
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    if (lower.contains("transfer-encoding: chunked")) {
      return new Reply(status, text, chunks(in));
    }
    int at = lower.indexOf("content-length: ");
    if (at >= 0) {
      int length = Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new IOException("closed inside the body");
      }
      return new Reply(status, text, new String(body, ISO_8859_1));
    }
    return new Reply(status, text, new String(in.readAllBytes(), ISO_8859_1));
  }

  private static String chunks(InputStream in) throws IOException {
    StringBuilder out = new StringBuilder();
    while (true) {
      String line = line(in);
      int size = Integer.parseInt(line, 16);
      byte[] data = in.readNBytes(size);
      if (data.length < size || !line(in).isEmpty()) {
        throw new IOException("a chunk is cut");
      }
      if (size == 0) {
        return out.toString();
      }
      out.append(new String(data, ISO_8859_1));
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed inside a line");
      }
      if (b == '\n') {
        String text = line.toString(ISO_8859_1);
        if (!text.endsWith("\r")) {
          throw new IOException("a bare line feed");
        }
        return text.substring(0, text.length() - 1);
      }
      line.write(b);
    }
  }

  /** Whether the server ends the connection, in order or by reset, within the time-out. */
  boolean closedByServer(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      while (true) {
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // a reset is an end too
    }
  }

  /** Cuts the connection by reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
