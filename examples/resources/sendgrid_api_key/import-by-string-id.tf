import {
  to = sendgrid_api_key.newsletter
  id = "ynfH3dkkSYfdvQRKIjcP5Q"
}

# For a key of a subuser, put the account and a slash before the id.
import {
  to = sendgrid_api_key.shop
  id = "shop-subuser/mNp4q7TzTfCvWbXyUe1KsA"
}
