package dev.fairlead.http;

/** The pooled client. A call runs on the loop of the exchange that makes it. */
public interface UpstreamClient {
  Call send(UpstreamRequest request, Loop loop, UpstreamListener listener);
}
