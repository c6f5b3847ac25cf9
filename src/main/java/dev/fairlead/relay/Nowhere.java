package dev.fairlead.relay;

import dev.fairlead.http.ResponseStream;

/** The way to a caller who is gone: it takes everything, and leads nowhere. */
enum Nowhere implements ResponseStream {
  STREAM;

  @Override
  public void write(byte[] bytes) {}

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void onWritable(Runnable task) {}

  @Override
  public void end() {}

  @Override
  public void cut() {}

  @Override
  public void reset() {}
}
