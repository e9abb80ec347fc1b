package dev.warmpool.local.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock of a folder within one process; other processes are in {@code KilledRunnerIT}. */
class FolderLockTest {

  @TempDir private Path folder;
  private Path file;
  private FolderLock lock;

  @BeforeEach
  void lock() throws IOException {
    file = folder.resolve("lock");
    lock = FolderLock.tryLock(file).orElseThrow();
  }

  @Test
  void isHeldByOneRunUntilItIsReleased() throws IOException {
    assertThat(FolderLock.tryLock(file)).isEmpty();
    lock.release(() -> assertThat(isFree()).isFalse());
    assertThat(isFree()).isTrue();
  }

  private boolean isFree() {
    try {
      var free = FolderLock.tryLock(file);
      free.ifPresent(held -> held.release(() -> {}));
      return free.isPresent();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void runsTheLastStepOnce() {
    AtomicInteger steps = new AtomicInteger();
    lock.release(steps::incrementAndGet);
    lock.release(steps::incrementAndGet);
    assertThat(steps).hasValue(1);
  }

  @Test
  void isReleasedEvenIfTheLastStepFails() {
    assertThatThrownBy(
            () ->
                lock.release(
                    () -> {
                      throw new IllegalStateException("step");
                    }))
        .hasMessage("step");
    assertThat(isFree()).isTrue();
  }
}
