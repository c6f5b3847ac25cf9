package dev.fairlead.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A way to a port of this machine that can be cut, or frozen: open, and nothing passes. */
public final class Strait implements AutoCloseable {
  /** How it is. */
  public enum State {
    OPEN,
    CUT,
    FROZEN
  }

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = State.OPEN;

  public Strait(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  public void be(State next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (next == State.CUT) {
      sockets.forEach(Strait::drop);
      sockets.clear();
    }
  }

  private boolean passes() {
    lock.lock();
    try {
      while (state == State.FROZEN) {
        changed.awaitUninterruptibly();
      }
      return state == State.OPEN;
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        Thread.ofVirtual().start(() -> join(near));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void join(Socket near) {
    sockets.add(near);
    try {
      if (!passes()) {
        drop(near);
        return;
      }
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(far);
      Thread.ofVirtual().start(() -> pump(near, far));
      pump(far, near);
    } catch (IOException e) {
      drop(near);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] bytes = new byte[16_384];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (!passes()) {
          break;
        }
        out.write(bytes, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // one of the two is gone
    } finally {
      drop(from);
      drop(to);
    }
  }

  private static void drop(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone
    }
  }

  @Override
  public void close() throws IOException {
    be(State.CUT);
    server.close();
  }
}
