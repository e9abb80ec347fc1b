package dev.warmpool.session.internal.guard;

import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A publisher of the caller's whose items go to the server. A JVM-fatal error that it throws when
 * it is asked for items is signalled: thrown on into the driver, it would leave the driver's queue
 * of messages locked, and closing the connection would wait for it for ever.
 *
 * @param <T> the items
 */
public final class SourceGuard<T> implements CoreSubscriber<T>, Subscription {

  private final CoreSubscriber<? super T> subscriber;
  private final Operators.DeferredSubscription source = new Operators.DeferredSubscription();
  private final AtomicBoolean ended = new AtomicBoolean();

  private SourceGuard(CoreSubscriber<? super T> subscriber) {
    this.subscriber = subscriber;
  }

  /** The items of the source. */
  public static <T> Flux<T> of(Publisher<? extends T> source) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super T> subscriber) {
        SourceGuard<T> guard = new SourceGuard<>(subscriber);
        subscriber.onSubscribe(guard);
        guard.run(() -> Flux.<T>from(source).subscribe(guard));
      }
    };
  }

  private void run(Runnable call) {
    try {
      call.run();
    } catch (Throwable error) {
      source.cancel();
      onError(FatalErrors.signalled(error));
    }
  }

  @Override
  public Context currentContext() {
    return subscriber.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    source.set(subscription);
  }

  @Override
  public void onNext(T item) {
    if (!ended.get()) {
      subscriber.onNext(item);
    }
  }

  @Override
  public void onError(Throwable error) {
    if (ended.compareAndSet(false, true)) {
      subscriber.onError(error);
    }
  }

  @Override
  public void onComplete() {
    if (ended.compareAndSet(false, true)) {
      subscriber.onComplete();
    }
  }

  @Override
  public void request(long n) {
    run(() -> source.request(n));
  }

  @Override
  public void cancel() {
    ended.set(true);
    run(source::cancel);
  }
}
