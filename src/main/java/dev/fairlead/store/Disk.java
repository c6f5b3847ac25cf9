package dev.fairlead.store;

import java.io.IOException;
import java.util.List;

/**
 * A folder of files that are written at their end and forced out. An interface, so that a test can
 * play a disk that loses its power or fails at any single step.
 */
public interface Disk {
  /** Names of the files, in the order of the names. */
  List<String> names() throws IOException;

  byte[] read(String name) throws IOException;

  /** A new, empty file; whatever had the name is gone. The name itself is durable on return. */
  File create(String name) throws IOException;

  /**
   * A new file that is written from its beginning and has zeros there, for so many bytes. To force
   * out what only replaces others costs less than what makes a file longer. What is forced out
   * together may be followed by zeros up to the next multiple of {@link #BLOCK}.
   */
  File create(String name, long room) throws IOException;

  /**
   * A file that is no longer needed, under another name, to be written from its beginning like one
   * that was created with room. What it held stands there until something else is written.
   */
  File reuse(String former, String name) throws IOException;

  void delete(String name) throws IOException;

  /** Where room is, what is written together begins at a multiple of this, in bytes. */
  int BLOCK = 4096;

  /** A file that is being written. */
  interface File extends AutoCloseable {
    /** Writes all of it behind what was written before. */
    void append(byte[] bytes) throws IOException;

    /** On return, what was appended survives a loss of power. */
    void force() throws IOException;

    /** How far it is written, in bytes. */
    long size();

    @Override
    void close() throws IOException;
  }
}
