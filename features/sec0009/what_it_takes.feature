@SEC0009
Feature: What the way takes of what there is

  Issue SEC0009 asks for no new prepayment infrastructure, and for nothing that weighs on the SM WAN. Commands are the DCC's by
  the Service Requests of today; what is new on the way is counted, and where anything is, that is the answer.

  @REQ-060 @REQ-061 @ics-relay @takes-10m
  Scenario: A top-up through the PPMID
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then what reached the electricity meter was made by services of today
    And the DCC put nothing of it on the SM WAN

  @REQ-060 @REQ-061 @ics-relay @ics-usb-stick @takes-10m
  Scenario: A top-up on a stick
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the stick leaves the Supplier's
    And the stick is brought to the PPMID
    Then what reached the electricity meter was made by services of today
    And the DCC put nothing of it on the SM WAN

  @REQ-060 @REQ-061 @takes-10m
  Scenario: A top-up by a wire into the hub
    Given a prepayment home with an electricity meter
    And a hub with a serial port for Commands
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then what reached the electricity meter was made by services of today
    And the DCC put nothing of it on the SM WAN

  @REQ-060 @REQ-061 @takes-10m
  Scenario: A top-up with the Hand-Held Terminal
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then what reached the electricity meter was made by services of today
    And the DCC put nothing of it on the SM WAN

  @REQ-061 @ics-relay @takes-10m
  Scenario: Where the SM WAN is up, a Command for local delivery stays off it all the same
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN is up
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the DCC put nothing of it on the SM WAN

  @REQ-060 @ics-utrn-internet @takes-10m
  Scenario: A UTRN over the Internet
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And what reached the electricity meter was made by services of today

  @REQ-060 @ics-keypad @takes-10m
  Scenario: A UTRN that the customer types into the PPMID
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    When the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And what reached the electricity meter was made by services of today
