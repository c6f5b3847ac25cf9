package dev.fairlead.identity;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The organizations that this gateway serves, and their workspaces. A change is first written, then
 * holds for the next request. Reading takes no lock; changes block, one at a time.
 */
public final class Tenants {
  public static final List<Migration> MIGRATIONS = TenantTable.MIGRATIONS;

  private record Snapshot(Map<String, Organization> organizations, Map<String, Workspace> spaces) {}

  private final TenantTable table;
  private final Organization operator;
  private volatile Snapshot snapshot;
  private volatile Runnable changed = () -> {};

  /** Reads the store, and writes down the operator's own where it is new. Blocking. */
  public Tenants(Database database, InstantSource clock) {
    this.table = new TenantTable(database);
    this.operator = Organization.begin(Organization.OPERATOR, "Default", clock.instant());
    this.snapshot = read();
    if (database.hasAnswered() && organizations().contains(operator)) {
      table.insert(operator, Workspace.first(Workspace.DEFAULT, operator));
      snapshot = read();
    }
  }

  /** From now on it is run whenever one of them is another. */
  public void whenChanged(Runnable task) {
    changed = task;
  }

  /** Reads the store again: somebody else may have written to it. */
  public synchronized void load() {
    snapshot = read(); // where that fails, what is known stays
    changed.run();
  }

  /** The operator's own is always there. */
  private Snapshot read() {
    Map<String, Organization> organizations = new LinkedHashMap<>();
    organizations.put(operator.id(), operator);
    table.organizations().forEach(one -> organizations.put(one.id(), one));
    Map<String, Workspace> spaces = new LinkedHashMap<>();
    spaces.put(Workspace.DEFAULT, Workspace.first(Workspace.DEFAULT, operator));
    table.workspaces().forEach(one -> spaces.put(one.id(), one));
    return new Snapshot(organizations, spaces);
  }

  /** The oldest first. */
  public Collection<Organization> organizations() {
    return snapshot.organizations.values();
  }

  public Optional<Organization> organization(String id) {
    return Optional.ofNullable(snapshot.organizations.get(id));
  }

  /** Those of an organization, the oldest first. */
  public List<Workspace> workspaces(String organization) {
    return snapshot.spaces.values().stream()
        .filter(one -> one.organization().equals(organization))
        .toList();
  }

  /** One of an organization's. */
  public Optional<Workspace> workspace(String organization, String idOrSlug) {
    return workspaces(organization).stream()
        .filter(one -> one.id().equals(idOrSlug) || one.slug().equals(idOrSlug))
        .findFirst();
  }

  /**
   * @param workspace the id of its first
   */
  public synchronized void add(Organization organization, String workspace) {
    table.insert(organization, Workspace.first(workspace, organization));
    load();
  }

  public synchronized void change(Organization organization) {
    table.update(organization);
    load();
  }

  /** With its workspaces; false, and nothing is done, while it has keys. */
  public synchronized boolean removeOrganization(String id) {
    return after(table.deleteOrganization(id));
  }

  /** False when its organization has one of that slug. */
  public synchronized boolean add(Workspace workspace) {
    return after(table.insert(workspace));
  }

  /** False when its organization has another one of that slug. */
  public synchronized boolean change(Workspace workspace) {
    return after(table.update(workspace));
  }

  /** False, and nothing is done, while it has keys. */
  public synchronized boolean removeWorkspace(String id) {
    return after(table.deleteWorkspace(id));
  }

  /** A change is written; from here on it holds. */
  private boolean after(boolean written) {
    load();
    return written;
  }
}
