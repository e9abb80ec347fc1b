package shop;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;

public class Stock {

  public String count(SQSEvent event) {
    if (event.getRecords() == null) {
      return "No messages";
    }
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      System.out.println(
          "counted " + message.getBody() + " from " + message.getEventSourceArn());
    }
    return "Counted";
  }
}
