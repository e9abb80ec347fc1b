package dev.warmpool.session.internal.guard;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Passes everything on, but a JVM-fatal error that the work throws when it is cancelled is logged
 * instead of thrown: the session has to end all the same.
 *
 * @param <T> the items
 */
public final class CancelGuard<T> implements CoreSubscriber<T>, Subscription {

  private final Subscriber<? super T> subscriber;
  private final Operators.DeferredSubscription work = new Operators.DeferredSubscription();

  public CancelGuard(Subscriber<? super T> subscriber) {
    this.subscriber = subscriber;
  }

  @Override
  public Context currentContext() {
    return subscriber instanceof CoreSubscriber<?> core ? core.currentContext() : Context.empty();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    work.set(subscription);
    subscriber.onSubscribe(this);
  }

  @Override
  public void onNext(T item) {
    subscriber.onNext(item);
  }

  @Override
  public void onError(Throwable error) {
    subscriber.onError(error);
  }

  @Override
  public void onComplete() {
    subscriber.onComplete();
  }

  @Override
  public void request(long n) {
    work.request(n);
  }

  @Override
  public void cancel() {
    try {
      work.cancel();
    } catch (Throwable error) {
      Operators.onErrorDropped(error, currentContext());
    }
  }
}
