package dev.fairlead.store;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the file system. */
public final class FolderDisk implements Disk {
  private static final int PIECE = 64 * BLOCK;

  private final Path folder;

  public FolderDisk(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<String> names() throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public byte[] read(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  @Override
  public File create(String name) throws IOException {
    FileChannel channel = empty(name);
    channel.force(true);
    forceFolder();
    return new Growing(channel);
  }

  @Override
  public File create(String name, long room) throws IOException {
    try (FileChannel channel = empty(name)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
      for (long at = 0; at < room; at += PIECE) {
        writeAll(channel, zeros.clear(), at);
      }
      channel.force(true);
    }
    forceFolder();
    return roomy(name);
  }

  @Override
  public File reuse(String former, String name) throws IOException {
    Files.move(folder.resolve(former), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
    return roomy(name);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    forceFolder(); // in order: a later file is never gone before an earlier one
  }

  private FileChannel empty(String name) throws IOException {
    Files.createDirectories(folder);
    return FileChannel.open(
        folder.resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /** Past the system's cache where that can be done: one write to the disk, and nothing else. */
  private Roomy roomy(String name) throws IOException {
    Path file = folder.resolve(name);
    try {
      return new Roomy(
          FileChannel.open(file, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT),
          Math.toIntExact(Math.max(BLOCK, Files.getFileStore(file).getBlockSize())));
    } catch (UnsupportedOperationException | ArithmeticException | IOException e) {
      return new Roomy(FileChannel.open(file, StandardOpenOption.WRITE), BLOCK);
    }
  }

  /** A name is durable only when its folder was forced out, too. */
  private void forceFolder() throws IOException {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += channel.write(bytes, to);
    }
  }

  /** Is written at its end. */
  private static final class Growing implements File {
    private final FileChannel channel;
    private long size;

    Growing(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      writeAll(channel, ByteBuffer.wrap(bytes), size);
      size += bytes.length;
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Has room, and is written in whole blocks. */
  private static final class Roomy implements File {
    private final FileChannel channel;
    private final int block;
    private final ByteArrayOutputStream appended = new ByteArrayOutputStream(BLOCK);
    private ByteBuffer blocks;
    private long size;

    Roomy(FileChannel channel, int block) {
      this.channel = channel;
      this.block = block;
      this.blocks = aligned(block);
    }

    private ByteBuffer aligned(int bytes) {
      return ByteBuffer.allocateDirect(bytes + block).alignedSlice(block);
    }

    @Override
    public void append(byte[] bytes) {
      appended.writeBytes(bytes);
    }

    @Override
    public void force() throws IOException {
      int whole = Math.ceilDiv(appended.size(), block) * block;
      if (blocks.capacity() < whole) {
        blocks = aligned(whole);
      }
      blocks.clear().put(appended.toByteArray());
      while (blocks.position() < whole) {
        blocks.put((byte) 0);
      }
      writeAll(channel, blocks.flip(), size);
      channel.force(false);
      size += whole;
      appended.reset();
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
