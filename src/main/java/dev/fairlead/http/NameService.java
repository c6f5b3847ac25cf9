package dev.fairlead.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks names up. Called on a virtual thread; may block. */
@FunctionalInterface
public interface NameService {
  /** The system's resolver. */
  NameService SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  List<InetAddress> lookUp(String host) throws UnknownHostException;
}
