package dev.fairlead.idempotency;

import dev.fairlead.http.Headers;
import dev.fairlead.http.Loop;
import dev.fairlead.http.Responder;
import dev.fairlead.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way to all who wait for it. Towards the corridor it is the way back to one
 * caller, who never leaves: what was begun is brought to its end, so that whoever asks again has
 * it. Only an answer that is too large to be kept ends when the last listener has left.
 *
 * <p>The corridor calls from its loop, listeners are served from theirs; what they share is guarded
 * by this object's monitor, which is held for a few instructions.
 */
final class Recording implements Responder, ResponseStream {
  /** How far behind a listener may be, once nothing is kept any more. */
  private static final long WINDOW_BYTES = 1 << 20;

  /** What becomes of it. */
  interface Keeper {
    /** It is over: to be kept; {@code durable} runs when it can no longer be lost. */
    void keep(Recording recording, Answer answer, Runnable durable);

    /** It is over, and there is nothing that could be given again. */
    void unkept(Recording recording);

    /** It came to nothing that should not be tried again. */
    void forget(Recording recording);
  }

  final Name name;
  final String fingerprint;
  private final Loop loop;
  private final Keeper keeper;
  private final long mostBytes;
  private final Memory memory;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<byte[]> pieces = new ArrayList<>();
  private int released;
  private int dropped;
  private long bytes;
  private long droppedBytes;
  private long taken;
  private boolean tooLarge;
  private boolean opened;
  private boolean ended;
  private boolean cut;
  private boolean worthless;
  private int status;
  private Headers headers = Headers.NONE;
  private @Nullable Runnable goneTask;
  private @Nullable Runnable writableTask;

  Recording(
      Name name, String fingerprint, Loop loop, long mostBytes, Memory memory, Keeper keeper) {
    this.memory = memory;
    this.name = name;
    this.fingerprint = fingerprint;
    this.loop = loop;
    this.mostBytes = mostBytes;
    this.keeper = keeper;
  }

  // ---------------------------------------------------------------- those who wait

  /** False when the beginning is no longer there to be given. */
  boolean join(Responder responder) {
    Listener listener = new Listener(responder);
    synchronized (this) {
      if (tooLarge) {
        return false;
      }
      listeners.add(listener);
    }
    responder.onGone(() -> left(listener));
    responder.loop().execute(() -> pump(listener));
    return true;
  }

  private void left(Listener listener) {
    synchronized (this) {
      listener.gone = true;
      listeners.remove(listener);
    }
    endIfInVain();
    caughtUp();
  }

  /** Nobody listens, and nothing could be given to whoever asks again. */
  private void endIfInVain() {
    Runnable task;
    synchronized (this) {
      if (!tooLarge || !listeners.isEmpty() || ended || goneTask == null) {
        return;
      }
      task = goneTask;
      goneTask = null;
    }
    keeper.unkept(this);
    loop.execute(task);
  }

  /** Does something for each, on its own loop. */
  void each(Consumer<Responder> what) {
    for (Listener listener : all()) {
      listener
          .responder
          .loop()
          .execute(
              () -> {
                if (!isGone(listener) && listener.end()) {
                  what.accept(listener.responder);
                }
              });
    }
  }

  private synchronized List<Listener> all() {
    return List.copyOf(listeners);
  }

  private synchronized boolean isGone(Listener listener) {
    return listener.gone;
  }

  synchronized int status() {
    return status;
  }

  synchronized Headers headers() {
    return headers;
  }

  /** Hands a listener what it has not had yet and can take. On its loop. */
  void pump(Listener listener) {
    if (listener.ended() || !isOpened() || isGone(listener)) {
      return;
    }
    ResponseStream out = listener.stream(this);
    boolean wrote = false;
    while (out.isWritable()) {
      byte[] piece = next(listener);
      if (piece == null) {
        break;
      }
      out.write(piece, false);
      wrote = true;
    }
    if (wrote) {
      out.flush();
      caughtUp();
    }
    if (isComplete(listener) && listener.end()) {
      if (wasCut()) {
        out.cut();
      } else {
        out.end();
      }
    }
  }

  private synchronized boolean isOpened() {
    return opened;
  }

  private synchronized boolean wasCut() {
    return cut;
  }

  private synchronized byte @Nullable [] next(Listener listener) {
    if (listener.position >= released) {
      return null;
    }
    return pieces.get(listener.position++);
  }

  private synchronized boolean isComplete(Listener listener) {
    return ended && listener.position >= pieces.size();
  }

  /** Where nothing is kept, what all have had is let go, and the source may go on. */
  private void caughtUp() {
    Runnable task = null;
    synchronized (this) {
      if (!tooLarge) {
        return;
      }
      int least = released;
      for (Listener listener : listeners) {
        least = Math.min(least, listener.position);
      }
      for (; dropped < least; dropped++) {
        droppedBytes += pieces.get(dropped).length;
        pieces.set(dropped, new byte[0]);
      }
      if (bytes - droppedBytes < WINDOW_BYTES) {
        task = writableTask;
      }
    }
    if (task != null) {
      loop.execute(task);
    }
  }

  private void pumpAll() {
    for (Listener listener : all()) {
      if (listener.responder.loop().isCurrent()) {
        pump(listener);
      } else {
        listener.responder.loop().execute(() -> pump(listener));
      }
    }
  }

  // ---------------------------------------------------------------- towards the corridor

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public synchronized void worthless() {
    worthless = true;
  }

  private synchronized boolean isWorthless() {
    return worthless;
  }

  @Override
  public void whole(int newStatus, Headers newHeaders, byte[] body) {
    Consumer<Responder> send = responder -> responder.whole(newStatus, newHeaders, body);
    if (newStatus / 100 != 2) {
      keeper.forget(this);
      each(send);
    } else if (body.length > mostBytes) {
      nothingKept();
      keeper.unkept(this);
      each(send);
    } else {
      keeper.keep(this, new Answer(newStatus, newHeaders, false, body), () -> each(send));
    }
  }

  private synchronized void nothingKept() {
    tooLarge = true;
  }

  @Override
  public ResponseStream open(int newStatus, Headers newHeaders) {
    synchronized (this) {
      status = newStatus;
      headers = newHeaders;
      opened = true;
    }
    pumpAll();
    return this;
  }

  @Override
  public synchronized void onGone(Runnable task) {
    goneTask = task;
  }

  @Override
  public void write(byte[] piece) {
    write(piece, true);
  }

  @Override
  public void write(byte[] piece, boolean flush) {
    synchronized (this) {
      pieces.add(piece);
      bytes += piece.length;
      if (!tooLarge) {
        if (bytes <= mostBytes && memory.take(piece.length)) {
          taken += piece.length;
        } else {
          tooLarge = true;
          giveBack();
        }
      }
    }
    endIfInVain();
    if (flush) {
      flush();
    }
  }

  @Override
  public void flush() {
    synchronized (this) {
      released = pieces.size();
    }
    pumpAll();
    caughtUp();
  }

  @Override
  public synchronized boolean isWritable() {
    return !tooLarge || listeners.isEmpty() || bytes - droppedBytes < WINDOW_BYTES;
  }

  @Override
  public synchronized void onWritable(Runnable task) {
    writableTask = task;
  }

  @Override
  public void end() {
    if (isWorthless()) {
      keeper.forget(this);
      over(false);
      return;
    }
    Answer answer = null;
    synchronized (this) {
      if (!tooLarge) {
        answer = new Answer(status, headers, true, joined());
      }
    }
    if (answer == null) {
      keeper.unkept(this);
      over(false);
    } else {
      keeper.keep(this, answer, () -> over(false));
    }
  }

  private byte[] joined() {
    ByteArrayOutputStream all = new ByteArrayOutputStream((int) bytes);
    pieces.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** What is not kept is bounded by how far its listeners may be behind. */
  private void giveBack() {
    memory.give(taken);
    taken = 0;
  }

  private void over(boolean wasCut) {
    synchronized (this) {
      giveBack();
      released = pieces.size();
      ended = true;
      cut = wasCut;
    }
    pumpAll();
  }

  @Override
  public void cut() {
    keeper.forget(this);
    over(true);
  }

  @Override
  public void reset() {
    synchronized (this) {
      giveBack();
    }
    keeper.forget(this);
    each(Responder::reset);
  }
}
