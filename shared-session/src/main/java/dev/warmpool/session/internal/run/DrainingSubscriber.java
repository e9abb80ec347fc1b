package dev.warmpool.session.internal.run;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * Passes items on until its subscriber cancels, then drops the rest: an answer of the driver is
 * never cancelled, for a half-read one blocks the connection.
 *
 * @param <T> the items
 */
final class DrainingSubscriber<T> implements Subscriber<T>, Subscription {

  private final Subscriber<? super T> subscriber;
  private final ResultReading reading;
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
  private volatile boolean cancelled;

  DrainingSubscriber(Subscriber<? super T> subscriber, ResultReading reading) {
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
    signal(() -> subscriber.onNext(item));
  }

  private void signal(Runnable delivery) {
    if (!cancelled) {
      try {
        delivery.run();
      } catch (Throwable error) { // thrown on into the driver, it would be lost
        cancel();
        reading.session().abort().by(error);
      }
    }
  }

  @Override
  public void onError(Throwable error) {
    reading.session().failed(error);
    Throwable meaning = reading.session().meaning(error);
    reading.over().tryEmitEmpty();
    signal(() -> subscriber.onError(meaning));
  }

  @Override
  public void onComplete() {
    reading.over().tryEmitEmpty();
    signal(subscriber::onComplete);
  }

  @Override
  public void request(long n) {
    upstream.request(n);
  }

  @Override
  public void cancel() {
    cancelled = true;
    reading.left().set(true);
    upstream.request(Long.MAX_VALUE);
  }
}
