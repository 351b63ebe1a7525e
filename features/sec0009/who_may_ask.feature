@SEC0009
Feature: Who may have a Command for local delivery

  Issue SEC0009 asks for a way that every User can use at any time. The DCC gives a Command to those whose role may ask it, of
  devices that they are responsible for.

  @REQ-052 @ics-relay @takes-3m
  Scenario Outline: A network operator is given what its role may ask, and nothing else: <service>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the Users of the DCC are the Supplier and a network operator
    When the network operator has the electricity meter's <service> through the PPMID
    Then the DCC gives the Command for local delivery
    When the network operator has the electricity meter's <refused> through the PPMID
    Then the DCC refuses it, since its role may not ask it

    Examples:
      | service               | refused          |
      | supply status read    | balance read     |
      | firmware version read | payment mode read |

  @REQ-052 @ics-relay @takes-3m
  Scenario: A network operator is given a Command, and may not return what came of it
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the Users of the DCC are the Supplier and a network operator
    When the network operator has the electricity meter's supply status read through the PPMID
    Then the DCC gives the Command for local delivery
    When the network operator returns a Response of the electricity meter to the DCC
    Then the DCC refuses it, since its role may not ask it

  @REQ-052 @ics-relay @takes-10m
  Scenario Outline: A network operator's Command is brought by the PPMID, like any other: <service>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the Users of the DCC are the Supplier and a network operator
    When the network operator has the electricity meter's <service> through the PPMID
    Then the DCC gives the Command for local delivery
    When the network operator gives it to the Supplier's delivery service
    Then the electricity meter has done it, and its Response has come back

    Examples:
      | service               |
      | supply status read    |
      | firmware version read |

  @REQ-052 @ics-relay @takes-2m
  Scenario: What is never given for local delivery is refused to the Supplier too
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter commissioned through the PPMID
    Then the DCC refuses it, since it is not given for local delivery

  @REQ-052 @ics-relay @takes-3d
  Scenario: A schedule brings nothing where there is no SM WAN
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the Users of the DCC are the Supplier and a network operator
    When the network operator has the electricity meter's import profile read each day by a schedule
    And 3 days pass
    Then the DCC has given the network operator nothing of the schedule, and told it so
