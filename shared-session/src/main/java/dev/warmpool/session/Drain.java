package dev.warmpool.session;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * Passes items on until its subscriber leaves, then drops the rest: what comes from the driver is
 * never cancelled.
 *
 * @param <T> the items
 */
final class Drain<T> implements Subscriber<T>, Subscription {

  private final Subscriber<? super T> subscriber;
  private final GuardedResult.Reading reading;
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
  private volatile boolean left;

  Drain(Subscriber<? super T> subscriber, GuardedResult.Reading reading) {
    this.subscriber = subscriber;
    this.reading = reading;
  }

  void readFrom(Publisher<? extends T> publisher) {
    subscriber.onSubscribe(this);
    publisher.subscribe(this);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream.set(subscription);
  }

  @Override
  public void onNext(T item) {
    if (!left) {
      try {
        subscriber.onNext(item);
      } catch (Throwable error) { // thrown on into the driver, it would be lost
        cancel();
        reading.abort().accept(error);
      }
    }
  }

  @Override
  public void onError(Throwable error) {
    reading.over().tryEmitEmpty();
    if (!left) {
      subscriber.onError(error);
    }
  }

  @Override
  public void onComplete() {
    reading.over().tryEmitEmpty();
    if (!left) {
      subscriber.onComplete();
    }
  }

  @Override
  public void request(long n) {
    upstream.request(n);
  }

  @Override
  public void cancel() {
    left = true;
    upstream.request(Long.MAX_VALUE);
  }
}
