/// What a measurement has found, as a file, as a page, and against another one.
@org.jspecify.annotations.NullMarked
package dev.treadle.bench.report;
