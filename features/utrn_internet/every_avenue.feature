@UTRN-INTERNET
Feature: Sessions of the Supplier's app, whichever way the code would go

  @REQ-011 @I1e @ics-utrn-internet @takes-20m
  Scenario Outline: A session that was ended is used again, for a code that would go <way>
    Given a prepayment home with an electricity meter
    And a hub of today
    And messages that come <way>
    When the customer logs in to the Supplier's app
    And the customer logs out
    And a UTRN of £10.00 for the electricity meter is entered under that session
    And the message is taken to the home
    Then the delivery service sent it to no PPMID
    And the balance of the electricity meter has not moved

    Examples:
      | way                       |
      | on a USB stick            |
      | by a phone on a USB cable |
      | by a phone that taps      |
