/**
 * What operations have in common, whoever serves them: which URL is whose, what a request asks,
 * what is answered, where callers put their keys. What an operation does is not known here.
 */
@NullMarked
package dev.fairlead.operation;

import org.jspecify.annotations.NullMarked;
