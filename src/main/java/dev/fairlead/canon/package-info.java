/**
 * Meaning. The richest shape that a conversation with a model can have, in which every dialect can
 * be read and from which every dialect can be written: requests of turns of parts, answers as
 * events, usage, faults, edits, losses. Data only: no bytes are parsed here, nothing is sent.
 */
@NullMarked
package dev.fairlead.canon;

import org.jspecify.annotations.NullMarked;
