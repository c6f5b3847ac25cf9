package dev.fairlead.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pooled HTTP/1.1 client: a call runs on its caller's loop from name look-up to the last byte,
 * without a hop. May be shared by all threads; each loop has its own pools.
 */
public final class NettyClient implements UpstreamClient {
  private final Loops loops;
  private final Egress egress;
  private final ClientConfig config;

  /** By loop index; each map is touched by its loop alone. */
  private final List<Map<Origin, OriginPool>> pools = new ArrayList<>();

  public NettyClient(Loops loops, Egress egress, ClientConfig config) {
    this.loops = loops;
    this.egress = egress;
    this.config = config;
    for (int i = 0; i < loops.count(); i++) {
      pools.add(new HashMap<>());
    }
  }

  @Override
  public Call send(UpstreamRequest request, Loop loop, UpstreamListener listener) {
    NettyLoop mine = loops.own(loop);
    mine.check();
    Origin origin;
    try {
      origin = Origin.of(request.uri());
    } catch (IllegalArgumentException e) {
      String detail = e.getMessage() == null ? "the address is malformed" : e.getMessage();
      TransportFault fault = new TransportFault(TransportFault.Kind.FORBIDDEN, detail, true);
      return UpstreamCall.failing(mine, request, listener, fault);
    }
    return pool(mine, origin).send(request, listener);
  }

  private OriginPool pool(NettyLoop loop, Origin origin) {
    Map<Origin, OriginPool> mine = pools.get(loop.index());
    OriginPool pool = mine.get(origin);
    if (pool == null) {
      pool = new OriginPool(config, egress, loop, origin, empty -> mine.remove(origin, empty));
      mine.put(origin, pool);
    }
    return pool;
  }
}
