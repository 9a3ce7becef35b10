/// A durable checksum manifest of a folder: the quickstart.
@org.jspecify.annotations.NullMarked
package dev.treadle.examples.manifest;
