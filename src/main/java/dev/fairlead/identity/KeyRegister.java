package dev.fairlead.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The keys of the store, and beside them those that stand elsewhere. A change is first written,
 * then holds for the next request. Blocking; one at a time.
 */
public final class KeyRegister {
  private final Keys keys;
  private final KeyTable table;
  private final Consumer<Collection<Key>> changed;
  private final Map<String, Key> stored = new LinkedHashMap<>();
  private List<Key> others = List.of();

  /**
   * @param changed told all keys whenever one of them is another
   */
  public KeyRegister(Keys keys, KeyTable table, Consumer<Collection<Key>> changed) {
    this.keys = keys;
    this.table = table;
    this.changed = changed;
  }

  /** Reads the store again: somebody else may have written to it. */
  public synchronized void load() {
    List<Key> all = table.all(); // where that fails, what is known stays
    stored.clear();
    all.forEach(key -> stored.put(key.id(), key));
    publish();
  }

  /** From now on these are the keys that do not stand in the store. */
  public synchronized void others(List<Key> fixed) {
    others = List.copyOf(fixed);
    publish();
  }

  public synchronized boolean isEmpty() {
    return stored.isEmpty();
  }

  public synchronized void add(Key key) {
    table.insert(key);
    stored.put(key.id(), key);
    publish();
  }

  /** Adds the very first keys; false when there are some already, that somebody else has made. */
  public synchronized boolean addFirst(List<Key> first) {
    boolean mine = table.insertFirst(first);
    load();
    return mine;
  }

  /** Changes a key of the store; empty when there is none of that id. */
  public synchronized Optional<Key> change(String id, UnaryOperator<Key> change) {
    Key key = stored.get(id);
    if (key == null) {
      return Optional.empty();
    }
    Key next = change.apply(key);
    table.update(next);
    stored.put(id, next);
    publish();
    return Optional.of(next);
  }

  /** True when there was one of that id in the store. */
  public synchronized boolean remove(String id) {
    if (!stored.containsKey(id)) {
      return false;
    }
    table.delete(id);
    stored.remove(id);
    publish();
    return true;
  }

  private void publish() {
    Map<String, Key> all = new LinkedHashMap<>(stored);
    others.forEach(key -> all.putIfAbsent(key.id(), key));
    keys.replace(all.values());
    changed.accept(new ArrayList<>(all.values()));
  }
}
