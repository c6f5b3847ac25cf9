/**
 * Who is calling: organizations, workspaces, members and keys, and the principal that a request's
 * credential stands for. Only hashes of keys are known here. What a principal may do is decided
 * upstairs.
 */
@NullMarked
package dev.fairlead.identity;

import org.jspecify.annotations.NullMarked;
