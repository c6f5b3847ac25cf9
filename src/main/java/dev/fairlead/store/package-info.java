/**
 * Where rows live: connections, transactions and forward-only migrations over the embedded file. No
 * feature's SQL stands here; that is in the {@code *Table} class of the room that owns the rows.
 */
@NullMarked
package dev.fairlead.store;

import org.jspecify.annotations.NullMarked;
