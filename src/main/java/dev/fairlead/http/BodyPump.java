package dev.fairlead.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends one large array in slices as fast as the peer takes them, so that no second copy of the
 * whole of it ever waits in direct memory.
 */
final class BodyPump {
  /** Bodies up to this many bytes go out in one buffer with their head. */
  static final int SMALL = 64 * 1024;

  private static final int SLICE = 64 * 1024;

  private final byte[] body;
  private int at;

  BodyPump(byte[] body) {
    this.body = body;
  }

  /** How many bytes were given to the channel. */
  int given() {
    return at;
  }

  /**
   * Writes what the channel takes now.
   *
   * @return the last slice's future once it is written, else null: call again when the channel is
   *     writable
   */
  @Nullable ChannelFuture pump(ChannelHandlerContext ctx) {
    while (ctx.channel().isWritable()) {
      int count = Math.min(SLICE, body.length - at);
      ByteBuf slice = ctx.alloc().directBuffer(count).writeBytes(body, at, count);
      at += count;
      if (at == body.length) {
        return ctx.writeAndFlush(slice);
      }
      // Not the void promise: that would report a failed write as the connection's own failure,
      // while the peer's last words may still wait to be read.
      ctx.writeAndFlush(slice);
    }
    return null;
  }
}
