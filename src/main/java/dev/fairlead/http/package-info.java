/**
 * Connections: the server that callers reach, the pooled client that reaches providers, deadlines,
 * back-pressure and header hygiene. The only room that knows Netty, and its {@link Egress} the only
 * class that opens sockets. Everything a caller of this room sees runs on one event loop and is
 * confined to it.
 */
@NullMarked
package dev.fairlead.http;

import org.jspecify.annotations.NullMarked;
