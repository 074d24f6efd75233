package io.github.apusml.apus;

import java.nio.charset.StandardCharsets;

/**
 * A model that cannot be loaded, or a call that the library refuses. The message is one sentence for people; the
 * status is for programs; the places say where, and are -1 where they mean nothing.
 */
public final class ApusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The number that the library returned. */
  private final int statusCode;

  /** Index of the tree in the file, or -1. */
  private final int tree;

  /** Index of the node in its tree, or -1. */
  private final int node;

  /** Index of the feature, or -1. */
  private final int feature;

  /** Position in the file, or -1. */
  private final long byteOffset;

  /** Index of the row in the call, or -1. */
  private final long row;

  private ApusException(
      int statusCode, int tree, int node, int feature, long byteOffset, long row, String message, Throwable cause) {
    super(message, cause);
    this.statusCode = statusCode;
    this.tree = tree;
    this.node = node;
    this.feature = feature;
    this.byteOffset = byteOffset;
    this.row = row;
  }

  ApusException(Status status, String message, Throwable cause) {
    this(status.code(), -1, -1, -1, -1, -1, message, cause);
  }

  ApusException(Status status, String message) {
    this(status, message, null);
  }

  ApusException(Status status, String message, int feature) {
    this(status.code(), -1, -1, feature, -1, -1, message, null);
  }

  /** The same failure in other words. */
  ApusException withMessage(String message) {
    return new ApusException(statusCode, tree, node, feature, byteOffset, row, message, null);
  }

  /** Called by the glue. */
  static ApusException fromNative(
      int statusCode, int tree, int node, int feature, long byteOffset, long row, byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    return new ApusException(statusCode, tree, node, feature, byteOffset, row, text, null);
  }

  /**
   * What went wrong.
   *
   * @return the status; {@link Status#UNKNOWN} if the library is newer than this class and returned a new one
   */
  public Status status() {
    return Status.of(statusCode);
  }

  /**
   * The number of the status in {@code apus.h}.
   *
   * @return the number that the library returned
   */
  public int statusCode() {
    return statusCode;
  }

  /**
   * Which tree of the file is wrong.
   *
   * @return the index of the tree, from 0, or -1
   */
  public int tree() {
    return tree;
  }

  /**
   * Which node of the tree is wrong.
   *
   * @return the index of the node as numbered in the file, or -1
   */
  public int node() {
    return node;
  }

  /**
   * Which feature is wrong.
   *
   * @return the index of the feature, from 0, or -1
   */
  public int feature() {
    return feature;
  }

  /**
   * Where in the file it went wrong.
   *
   * @return bytes from the start of the file, or -1
   */
  public long byteOffset() {
    return byteOffset;
  }

  /**
   * Which row of the call is wrong.
   *
   * @return the index of the row, from 0, or -1
   */
  public long row() {
    return row;
  }
}
